package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.hash.CounterRandom;
import java.util.Random;

/**
 * Batches of rows with the structure of a residual stream, and their token ids. Directions have variances in proportion
 * to 1 / (i + d/50), which is how they decrease on the sample (the first sixteenth of them has 36 %, a quarter 66 %), and
 * are rotated away from the axes. A row is its token's place and what its context adds, 35 % of the variance; tokens lie
 * in 500 clouds, 25 % of the variance within them; their frequencies fall steeply with their id.
 */
final class TokenRows {
    private static final int CLOUDS = 500;
    private static final double OF_CLOUDS = 0.4;
    private static final double OF_TOKENS = 0.25;
    private static final double OF_CONTEXT = 0.35;

    private final NDManager manager;
    private final int rows;
    private final int width;
    private final int vocabulary;
    private final long seed;
    private final double[] deviations;
    private final double[] mirror;
    private final float[] tokens;

    TokenRows(NDManager manager, int rows, int width, int vocabulary, long seed) {
        this.manager = manager;
        this.rows = rows;
        this.width = width;
        this.vocabulary = vocabulary;
        this.seed = seed;
        this.deviations = deviations(width);
        Random random = new Random(seed);
        this.mirror = random.doubles(width).map(u -> u - 0.5).toArray();
        this.tokens = new float[vocabulary * width];
        float[] clouds = new float[CLOUDS * width];
        addNoise(clouds, OF_CLOUDS, random);
        for (int v = 0; v < vocabulary; v++) {
            System.arraycopy(clouds, random.nextInt(CLOUDS) * width, tokens, v * width, width);
        }
        addNoise(tokens, OF_TOKENS, random);
    }

    private static double[] deviations(int width) {
        double[] deviations = new double[width];
        double sum = 0;
        for (int i = 0; i < width; i++) {
            deviations[i] = 1 / (i + 0.02 * width);
            sum += deviations[i];
        }
        for (int i = 0; i < width; i++) {
            deviations[i] = Math.sqrt(deviations[i] / sum);
        }
        return deviations;
    }

    private void addNoise(float[] values, double variance, Random random) {
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (random.nextGaussian() * deviations[i % width] * Math.sqrt(variance));
        }
    }

    /** Batch {@code number}: a function of the seed and of it. */
    Batch get(int number) {
        Random random = new Random(seed ^ new CounterRandom(seed, "batch").bits(number));
        float[] x = new float[rows * width];
        int[] ids = new int[rows];
        for (int row = 0; row < rows; row++) {
            ids[row] = (int) (vocabulary * Math.pow(random.nextDouble(), 3));
            System.arraycopy(tokens, ids[row] * width, x, row * width, width);
        }
        addNoise(x, OF_CONTEXT, random);
        for (int row = 0; row < rows; row++) {
            reflect(x, row * width);
        }
        Batch batch = Batches.of(manager, x, width, (long) number * rows);
        batch.tokenIds().put(0, ids);
        return batch;
    }

    /** A rotation, but for its sign: x - 2 m (m·x) / (m·m), then an offset. */
    private void reflect(float[] x, int from) {
        double along = 0;
        double squares = 0;
        for (int i = 0; i < width; i++) {
            along += mirror[i] * x[from + i];
            squares += mirror[i] * mirror[i];
        }
        for (int i = 0; i < width; i++) {
            x[from + i] += (float) (0.1 - 2 * mirror[i] * along / squares);
        }
    }
}
