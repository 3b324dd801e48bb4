package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** Batches of made-up rows: sparse combinations of known random unit directions, plus an offset and noise. */
public final class Batches {
    private final NDManager manager;
    private final int rows;
    private final int width;
    private final int active;
    private final float[] directions;
    private final CounterRandom random;

    public Batches(NDManager manager, int rows, int width, int directions, int active, long seed) {
        this.manager = manager;
        this.rows = rows;
        this.width = width;
        this.active = active;
        this.random = new CounterRandom(seed, "batches");
        this.directions = new float[directions * width];
        CounterRandom coordinates = new CounterRandom(seed, "directions");
        for (int d = 0; d < directions; d++) {
            double squares = 0;
            double[] direction = new double[width];
            for (int i = 0; i < width; i++) {
                direction[i] = gaussian(coordinates, (long) d * width + i);
                squares += direction[i] * direction[i];
            }
            for (int i = 0; i < width; i++) {
                this.directions[d * width + i] = (float) (direction[i] / Math.sqrt(squares));
            }
        }
    }

    /** Unit directions, [directions * width]. */
    float[] directions() {
        return directions;
    }

    /** Batch {@code number}: a function of the seed and of it. A row's token id is its first direction. */
    public Batch get(int number) {
        float[] x = new float[rows * width];
        int count = directions.length / width;
        for (int row = 0; row < rows; row++) {
            long base = ((long) number * rows + row) * (2L * active + 2L * width);
            for (int a = 0; a < active; a++) {
                int direction = random.below(count, base + 2L * a);
                double strength = 2 + 3 * random.uniform(base + 2L * a + 1);
                for (int i = 0; i < width; i++) {
                    x[row * width + i] += (float) (strength * directions[direction * width + i]);
                }
            }
            for (int i = 0; i < width; i++) {
                x[row * width + i] += (float) (0.3 + 0.05 * random.uniform(base + 2L * active + i));
            }
        }
        Batch batch = of(manager, x, width, (long) number * rows, classes());
        for (int row = 0; row < rows; row++) {
            long base = ((long) number * rows + row) * (2L * active + 2L * width);
            batch.tokenIds().put(row, random.below(count, base));
        }
        return batch;
    }

    /** Every twentieth row is a first position, a special token or an outlier. */
    private ByteBuffer classes() {
        ByteBuffer classes = ByteBuffer.allocate(rows);
        for (int row = 0; row < rows; row += 20) {
            classes.put(row, (byte) (1 + row / 20 % 3));
        }
        return classes;
    }

    /** A batch of these rows, all of class rest. */
    public static Batch of(NDManager manager, float[] x, int width, long firstToken) {
        return of(manager, x, width, firstToken, ByteBuffer.allocate(x.length / width));
    }

    static Batch of(NDManager manager, float[] x, int width, long firstToken, ByteBuffer classes) {
        int rows = x.length / width;
        return new Batch(
                firstToken,
                manager.create(x, new Shape(rows, width)),
                IntBuffer.allocate(rows),
                IntBuffer.allocate(rows),
                classes);
    }

    private static double gaussian(CounterRandom random, long i) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.uniform(2 * i)));
        return radius * Math.cos(2 * Math.PI * random.uniform(2 * i + 1));
    }
}
