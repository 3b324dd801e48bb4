package dev.sluice.trainer.dictionary.baseline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.CsrCodes;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.RowChoice;
import dev.sluice.trainer.dictionary.baseline.RandomKind.Random;
import dev.sluice.trainer.kernel.Scope;
import dev.sluice.trainer.kernel.SupportLeastSquares;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.Arrays;
import java.util.Map;

/**
 * Random unit directions: x̂ = μ + Σ_j a_j w_j over the k directions along which x - μ reaches farthest, with the signed
 * a of least squares on these (MATHEMATICS.md, "Baselines": plain projections reconstruct worse than the mean). μ is
 * the mean of the rows seen, and all that is learned; directions follow from the seed. Before the first rows: 0,
 * without codes.
 */
final class RandomLearner extends BaselineLearner {
    private final TorchProgram program;
    private final int k;
    private final int latents;
    private final float[] directions;
    private final NDArray tensor;
    private final NDArray buffer;
    private final NDArray atomNorms;
    private final SupportLeastSquares leastSquares;

    /**
     * @param manager closed with the learner
     * @param choice of the rows to learn from
     */
    RandomLearner(NDManager manager, Random spec, RowChoice choice, int width, long seed) {
        super(manager, choice, width);
        this.program = TorchProgram.load(manager, RandomLearner.class, "random.ts");
        this.k = spec.k();
        this.latents = spec.latents();
        this.directions = directions(latents, width, new CounterRandom(seed, "random-directions"));
        this.leastSquares = new SupportLeastSquares(directions, width);
        try (Scope scope = new Scope()) {
            tensor = scope.keep(manager.create(directions, new Shape(latents, width)), manager);
            buffer = scope.keep(TopKSelection.buffer(manager, latents), manager);
            atomNorms = scope.keep(manager.ones(new Shape(latents)), manager);
        }
    }

    /** Uniform on the sphere: normal variables (Box and Muller 1958), scaled. By StrictMath, for equal bits anywhere. */
    private static float[] directions(int count, int width, CounterRandom random) {
        float[] directions = new float[Math.multiplyExact(count, width)];
        double[] direction = new double[width];
        for (int d = 0; d < count; d++) {
            double squares = 0;
            for (int i = 0; i < width; i++) {
                long number = 2 * ((long) d * width + i);
                double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.uniform(number)));
                direction[i] = radius * StrictMath.cos(2 * Math.PI * random.uniform(number + 1));
                squares += direction[i] * direction[i];
            }
            for (int i = 0; i < width; i++) {
                directions[d * width + i] = (float) (direction[i] / Math.sqrt(squares));
            }
        }
        return directions;
    }

    @Override
    Reconstruction reconstruct(Batch batch) {
        float[] centre = mean().toFloats();
        float[] x = batch.x().toFloatArray();
        Codes codes = mean().rows() == 0 ? CsrCodes.none(batch.rows()) : codes(batch.x(), x, centre);
        try (Scope scope = new Scope()) {
            NDArray decoded = manager()
                    .create(decode(codes, centre, batch.rows()), batch.x().getShape());
            return new Reconstruction(codes, atomNorms, scope.keep(decoded, manager()), Map.of());
        }
    }

    private Codes codes(NDArray rows, float[] x, float[] centre) {
        int count = x.length / centre.length;
        long[] support = Scope.get(() -> {
            NDArray found = program.callForOne(
                    "support", StableProduct.padded(rows), manager().create(centre), tensor, k, buffer);
            return found.toLongArray();
        });
        float[] residuals = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            residuals[i] = x[i] - centre[i % centre.length];
        }
        long[] ofRows = Arrays.copyOf(support, count * k);
        return CsrCodes.of(ofRows, leastSquares.solve(residuals, ofRows), count, k);
    }

    private float[] decode(Codes codes, float[] centre, int rows) {
        int width = centre.length;
        float[] decoded = new float[rows * width];
        codes.forEachRow((row, active, values, from, count) -> {
            System.arraycopy(centre, 0, decoded, row * width, width);
            for (int c = from; c < from + count; c++) {
                for (int i = 0; i < width; i++) {
                    decoded[row * width + i] += values[c] * directions[active[c] * width + i];
                }
            }
        });
        return decoded;
    }

    @Override
    Dictionary.Size size() {
        return new Dictionary.Size(latents, mean().width(), mean().width());
    }

    @Override
    NDArray copyOfAtoms() {
        return tensor.duplicate();
    }

    @Override
    public void close() {
        program.close();
        super.close();
    }
}
