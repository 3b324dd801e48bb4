package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.kernel.Schedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ReLU SAE of {@link StandardSae} with loss ⟨‖x̂ - x‖²⟩ + α ⟨(Σ_j (f_j n_j)^p)^{1/p}⟩, where {@link Annealing} lets p
 * fall from 1 and adapts α; n_j = ‖w_j‖, or 1 if the decoder is kept at norm 1 (dictionary-maths 2.7).
 *
 * @see <a href="https://arxiv.org/abs/2408.00113">Karvonen et al. 2024</a>
 */
public final class PAnnealSae implements DenseSae<StandardSae.Dense> {
    /** Codes below it count as it where a derivative has no bound. */
    static final double LEAST_CODE = 1e-6;

    private final DictionarySpec.PAnneal spec;
    private final StandardSae relu;
    private final TorchProgram program;
    private final Annealing annealing;
    private double penalty;
    private double nextPenalty;

    public PAnnealSae(NDManager manager, Parameters parameters, DictionarySpec.PAnneal spec) {
        this.spec = spec;
        this.relu = new StandardSae(
                manager, parameters, new DictionarySpec.Standard(spec.latents(), 0, 0, spec.decoderNorm(), true));
        this.program = TorchProgram.load(manager, PAnnealSae.class, "panneal.ts");
        this.annealing = new Annealing(spec);
    }

    /** Σ_j (f_j n_j)^p over the active latents of each row, [rows], by p. */
    @FunctionalInterface
    interface Powers {
        NDArray of(double p);
    }

    @Override
    public Parameters parameters() {
        return relu.parameters();
    }

    @Override
    public StandardSae.Dense activate(NDArray x) {
        return relu.activate(x);
    }

    @Override
    public Gradients gradients(NDArray x, StandardSae.Dense dense, Progress progress) {
        NDArray error = dense.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / progress.rows());
        DenseCoder coder = relu.coder();
        NDArray norms = coder.norms();
        DenseBuffers buffers = coder.buffers();
        NDArray encoderGradient = buffers.gradient();
        NDArray decoderGradient = buffers.gradient();
        long block = buffers.blockRows();
        Penalty measured = penalty(p -> program.callForOne("powers", dense.f(), norms, p, block), progress);
        NDList g = program.call(
                "gradients",
                dense.input(),
                upstream,
                coder.encoder(),
                coder.decoder(),
                dense.f(),
                norms,
                x.getManager().create(measured.weights),
                annealing.p(),
                LEAST_CODE,
                buffers.block(),
                encoderGradient,
                decoderGradient);
        coder.addNormGradient(decoderGradient, g.get(2), norms);
        return new Gradients(
                List.of(encoderGradient, g.get(0), decoderGradient, relu.biasGradient(upstream, g.get(1))),
                losses(error, measured, progress.rows()));
    }

    /** What the penalty of a batch is. Not a record, since it has an array. */
    static final class Penalty {
        private final float[] weights;
        private final double loss;

        private Penalty(float[] weights, double loss) {
            this.weights = weights;
            this.loss = loss;
        }

        /** What multiplies v^{p-1} in the derivative of the loss by each row's v = f_j n_j, [rows]. */
        float[] weights() {
            return weights;
        }
    }

    /** The penalty by the p of now; what annealing has to know of it is noted. */
    Penalty penalty(Powers powers, Progress progress) {
        double p = annealing.p();
        double coefficient = annealing.factor()
                * spec.coefficient()
                * Schedule.rise(progress.tokens(), progress.rows(), spec.coefficientWarmUp(), progress.horizon());
        float[] now = powers.of(p).toFloatArray();
        penalty = mean(now, p);
        nextPenalty = mean(powers.of(annealing.nextP()).toFloatArray(), annealing.nextP());
        return new Penalty(weights(now, p, coefficient / progress.rows()), coefficient * penalty);
    }

    Map<String, Double> losses(NDArray error, Penalty measured, int count) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("sse", relu.coder().meanSquare(error, count));
        losses.put("lp", measured.loss);
        return Gradients.withTotal(losses);
    }

    /** p of now. */
    double p() {
        return annealing.p();
    }

    TorchProgram program() {
        return program;
    }

    StandardSae relu() {
        return relu;
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
    public void advance(Progress progress) {
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
        relu.close();
    }
}
