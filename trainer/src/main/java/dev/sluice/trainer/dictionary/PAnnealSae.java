package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.Schedule;
import dev.sluice.trainer.kernel.Sums;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ReLU SAE of {@link StandardSae} with loss ⟨‖x̂ - x‖²⟩ + α ⟨(Σ_j (f_j n_j)^p)^{1/p}⟩, where {@link Annealing} lets p
 * fall from 1 and adapts α; n_j = ‖w_j‖, or 1 if the decoder is kept at norm 1 (dictionary-maths 2.7).
 *
 * @see <a href="https://arxiv.org/abs/2408.00113">Karvonen et al. 2024</a>
 */
final class PAnnealSae implements Sae<StandardSae.Dense> {
    /** Codes below it count as it where a derivative has no bound. */
    private static final double LEAST_CODE = 1e-6;

    private final DictionarySpec.PAnneal spec;
    private final StandardSae relu;
    private final TorchProgram program;
    private final Rows rows;
    private final Annealing annealing;
    private double penalty;
    private double nextPenalty;

    PAnnealSae(NDManager manager, Parameters parameters, DictionarySpec.PAnneal spec) {
        this.spec = spec;
        this.relu = new StandardSae(
                manager, parameters, new DictionarySpec.Standard(spec.latents(), 0, 0, spec.decoderNorm(), true));
        this.program = TorchProgram.load(manager, PAnnealSae.class, "panneal.ts");
        this.rows = new Rows(manager);
        this.annealing = new Annealing(spec);
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
        int count = progress.rows();
        NDArray error = dense.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / count);
        NDArray norms = relu.norms();
        double p = annealing.p();
        double coefficient = annealing.factor()
                * spec.coefficient()
                * Schedule.rise(progress.tokens(), count, spec.coefficientWarmUp(), progress.horizon());
        float[] powers = powers(dense, norms, p);
        DenseBuffers buffers = relu.buffers();
        NDList g = program.call(
                "gradients",
                dense.input(),
                upstream,
                parameters().get(Parameters.ENCODER),
                decoder(),
                dense.f(),
                norms,
                x.getManager().create(weights(powers, p, coefficient / count)),
                p,
                LEAST_CODE,
                buffers.block(),
                buffers.encoderGradient(),
                buffers.decoderGradient());
        if (!spec.decoderNorm().equals(SaeRules.UNIT)) {
            relu.addNormGradient(g.get(2), norms);
        }
        penalty = mean(powers, p);
        nextPenalty = mean(powers(dense, norms, annealing.nextP()), annealing.nextP());
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("sse", Sums.of(rows.squaredNorms(error)) / count);
        losses.put("lp", coefficient * penalty);
        return new Gradients(
                List.of(
                        buffers.encoderGradient(),
                        g.get(0),
                        buffers.decoderGradient(),
                        rows.columnSums(upstream).sub(g.get(1))),
                Gradients.withTotal(losses));
    }

    private float[] powers(StandardSae.Dense dense, NDArray norms, double p) {
        long block = relu.buffers().block().getShape().get(0);
        return program.callForOne("powers", dense.f(), norms, p, block).toFloatArray();
    }

    /** What multiplies v^{p-1} in the derivative of S^{1/p} by v, where S = Σ v^p: S^{1/p - 1}. */
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
    public void advance(StandardSae.Dense dense, Progress progress) {
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

    private NDArray decoder() {
        return parameters().get(Parameters.DECODER);
    }

    @Override
    public void close() {
        rows.close();
        program.close();
        relu.close();
    }
}
