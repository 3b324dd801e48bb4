package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.sae.Losses;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.dictionary.sae.relu.PAnnealKind.PAnneal;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ReLU SAE of {@link StandardSae} with loss ⟨‖x̂ - x‖²⟩ + α ⟨(Σ_j (f_j n_j)^p)^{1/p}⟩, where {@link Annealing} lets p
 * fall from 1 and adapts α; n_j = ‖w_j‖, or 1 if the decoder is kept at norm 1 (MATHEMATICS.md, "p-annealing").
 *
 * @see <a href="https://arxiv.org/abs/2408.00113">Karvonen et al. 2024</a>
 */
public final class PAnnealSae extends DenseSae<StandardSae.Dense> {
    private final PAnneal spec;
    private final StandardProgram forward;
    private final PowerProgram program;
    private final Annealing annealing;
    private double penalty;
    private double nextPenalty;

    public PAnnealSae(NDManager manager, Parameters parameters, PAnneal spec) {
        super(new DenseCoder(manager, parameters, spec.decoderNorm().equals(SaeRules.FREE)));
        this.spec = spec;
        this.forward = new StandardProgram(manager, coder());
        this.program = new PowerProgram(manager, coder());
        this.annealing = new Annealing(spec.annealStart(), spec.pEnd(), spec.steps());
    }

    @Override
    public StandardSae.Dense activate(NDArray x) {
        return new StandardSae.Dense(forward.activate(coder().centred(x)));
    }

    @Override
    public Gradients gradients(NDArray x, StandardSae.Dense dense, Progress progress) {
        SquaredError error = SquaredError.of(dense.reconstructed(), x, progress.rows());
        NDArray upstream = error.gradient();
        NDArray norms = coder().norms();
        Penalty measured = penalty(p -> program.powers(dense.pass(), norms, p), progress);
        PowerProgram.Backward made = program.gradients(dense.pass(), upstream, measured.powers(x.getManager(), norms));
        coder().addNormGradient(made.weights().decoder(), made.norms(), norms);
        return gradients(made.weights(), error, upstream, measured);
    }

    /** @param weights complete */
    Gradients gradients(CoderGradients weights, SquaredError error, NDArray upstream, Penalty measured) {
        NDArray bias = coder().rows().columnSums(upstream).sub(weights.input());
        return new Gradients(
                List.of(weights.encoder(), weights.encoderBias(), weights.decoder(), bias),
                new Losses()
                        .with("sse", error.loss(coder().rows()))
                        .with("lp", measured.loss)
                        .withTotal());
    }

    /** Σ_j (f_j n_j)^p over the active latents of each row, [rows], by p. */
    @FunctionalInterface
    interface Powers {
        NDArray of(double p);
    }

    /** What the penalty of a batch is. Not a record, since it has an array. */
    static final class Penalty {
        private final double p;
        private final float[] weights;
        private final double loss;

        /** @param weights what multiplies v^{p-1} in the derivative of the loss by each row's v = f_j n_j, [rows] */
        private Penalty(double p, float[] weights, double loss) {
            this.p = p;
            this.weights = weights;
            this.loss = loss;
        }

        PowerProgram.Powers powers(NDManager manager, NDArray norms) {
            return new PowerProgram.Powers(manager.create(weights), norms, p);
        }
    }

    /** The penalty by the p of now; what annealing has to know of it is noted. */
    Penalty penalty(Powers powers, Progress progress) {
        double p = annealing.p();
        double coefficient = progress.risen(annealing.factor() * spec.coefficient(), spec.coefficientWarmUp());
        float[] now = powers.of(p).toFloatArray();
        penalty = mean(now, p);
        nextPenalty = mean(powers.of(annealing.nextP()).toFloatArray(), annealing.nextP());
        return new Penalty(p, weights(now, p, coefficient / progress.rows()), coefficient * penalty);
    }

    /** The derivative of S^{1/p} by v, where S = Σ v^p, is v^{p-1} times this: S^{1/p - 1}. */
    private static float[] weights(float[] powers, double p, double coefficient) {
        float[] weights = new float[powers.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = powers[i] > 0 ? (float) (coefficient * StrictMath.pow(powers[i], 1 / p - 1)) : 0;
        }
        return weights;
    }

    private static double mean(float[] powers, double p) {
        double sum = 0;
        for (float power : powers) {
            sum += StrictMath.pow(power, 1 / p);
        }
        return sum / powers.length;
    }

    @Override
    void advance(Progress progress) {
        annealing.add(penalty, nextPenalty, progress.tokens() + progress.rows(), progress.horizon());
    }

    @Override
    public void save(StateSink out) {
        annealing.save(out);
    }

    @Override
    public void restore(StateSource state) {
        annealing.restore(state);
    }

    @Override
    public void close() {
        program.close();
        forward.close();
        super.close();
    }

    /** The same by the codes that are active. */
    static final class Sparse extends SparseWay {
        private final PAnnealSae sae;

        /** @param sae stays the caller's */
        Sparse(NDManager manager, PAnnealSae sae) {
            super(manager, sae.coder());
            this.sae = sae;
        }

        @Override
        @Nullable
        Listed activate(NDArray x, int most) {
            return listing().active(coder().centred(x), most);
        }

        @Override
        Gradients gradients(NDArray x, Listed listed, Progress progress) {
            RaggedCodes codes = listed.sparse();
            SquaredError error = SquaredError.of(listed.reconstructed(), x, progress.rows());
            NDArray upstream = error.gradient();
            NDArray norms = coder().norms();
            Penalty penalty = sae.penalty(p -> listing().rowSums(codes, sae.program.powers(codes, norms, p)), progress);
            PowerProgram.ByCode by = sae.program.byPreActivations(
                    listing().byCode(upstream, codes), codes, penalty.powers(x.getManager(), norms));
            CoderGradients weights =
                    listing().gradients(listed.input(), new SparseProducts.Flow(upstream, codes, by.preActivation()));
            coder().addNormGradient(weights.decoder(), listing().sums(codes, by.norm()), norms);
            return sae.gradients(weights, error, upstream, penalty);
        }
    }
}
