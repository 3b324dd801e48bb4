package dev.sluice.trainer.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Upper bounds of float32 pre-activations (x·w_j + b_j) n_j by a bfloat16 product, for the CPU. With W = n w and B = n b,
 * and tildes for what bfloat16 makes of a vector, Cauchy and Schwarz have
 *
 * <pre>  x·W + B ≤ x̃·W̃ + B + ‖x - x̃‖ ‖W‖ + ‖x̃‖ ‖W - W̃‖,</pre>
 *
 * which is a product of d + 4 columns, B being the sum of two. Vectors are rounded by up to 2^-8 of each number, and
 * by 0.4 of that as a whole: the norms of what is lost are computed, not assumed. What float32 may round in the
 * pre-activation and in this product is in the two norms and in B too, with ε twice (columns + d + 16) 2^-24 of
 * ‖x‖ ‖W‖ and of |B|, whatever the order of the additions; all four are rounded upwards. The product itself is rounded to bfloat16 at its end, so that the
 * bound is
 *
 * <pre>  z + 2^-8 |z| + {@value #UNDERFLOW},</pre>
 *
 * the last for products so small that float32 or bfloat16 hold no number of their relative precision; for the same
 * reason norms, of which the squares may be that small, are 1e-19 longer. It holds while
 * no sum overflows, see {@link Of#hold}. Bounds may depend on threads and blocks; nothing that they are used for does.
 */
public final class UpperBounds implements AutoCloseable {
    /** With fewer latents the float32 product takes less time than what else there is to do. */
    private static final int LEAST_LATENTS = 8192;

    /** Latents are padded to so many, a row of bounds being looked at in lanes. */
    static final int GROUP = 64;

    private static final int CHUNK = 32;
    private static final int OTHER_COLUMNS = 4;

    /** Products are no faster with fewer columns than the next multiple. */
    private static final int COLUMNS = 32;

    private static final double ROUNDING = 0x1p-8;
    private static final double UNDERFLOW = 1e-34;
    private static final double OVERFLOW = 1e37;

    private final TorchProgram program;
    private final double margin;
    private final int latents;
    private final int columns;

    /** @param like float32 [n, d] on the CPU, of the shape of the weights */
    UpperBounds(NDManager manager, NDArray like) {
        this.program = TorchProgram.load(manager, UpperBounds.class, "upper.ts");
        long d = like.getShape().get(1);
        this.latents = (int) like.getShape().get(0);
        this.columns = (int) roundedUp(d + OTHER_COLUMNS, COLUMNS);
        this.margin = 2 * (columns + d + 16) * 0x1p-24;
    }

    /** Whether a product by these weights, [n, d], takes longer than what bounds leave to do: there are none on a GPU. */
    public static boolean payFor(NDArray w) {
        return w.getShape().get(0) >= LEAST_LATENTS && w.getDevice().equals(Device.cpu());
    }

    private static long roundedUp(long count, int multiple) {
        return (count + multiple - 1) / multiple * multiple;
    }

    /** The bounds of some weights [n, d], in the caller's scope. */
    Of of(Encoder encoder) {
        NDArray halves = program.callForOne("halves", encoder.weights(), roundedUp(latents, GROUP), columns);
        NDList found = program.call("latents", encoder.weights(), encoder.bias(), encoder.factors(), margin, halves);
        return new Of(
                halves,
                largest(found.get(0).toFloatArray()),
                largest(found.get(1).toFloatArray()));
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /**
     * Rows as the bounds see them, in the caller's scope.
     *
     * @param factors bfloat16 [rows, columns]
     * @param lengths ‖x‖, float32 [rows]
     */
    record Factors(NDArray factors, NDArray lengths) {}

    /** What of a row is asked for: all from a level on. */
    @FunctionalInterface
    interface Rule {
        /** @param number of the row: in its block, or as the caller numbers rows */
        int levelOf(BoundedRow row, int number);
    }

    /** What bounds products by some weights. */
    final class Of implements AutoCloseable {
        private final NDArray halves;
        private final double longest;
        private final double largestBias;

        private Of(NDArray halves, double longest, double largestBias) {
            this.halves = halves;
            this.longest = longest;
            this.largestBias = largestBias;
        }

        Factors rows(NDArray x) {
            NDList found = program.call("rows", x, margin, columns);
            return new Factors(found.get(0), found.get(1));
        }

        /** Some of the rows. */
        Factors pick(Factors rows, int[] numbers) {
            NDManager scope = rows.lengths().getManager();
            NDArray index = scope.create(Arrays.stream(numbers).asLongStream().toArray());
            return new Factors(
                    program.callForOne("pick", rows.factors(), index),
                    program.callForOne("pick", rows.lengths(), index));
        }

        /** The most rows of a block. */
        int blockRows() {
            return TopKSelection.blockRows(latents);
        }

        /** Memory of the bounds of a block, bfloat16 [rows of a block, n in whole groups]; the caller's. */
        NDArray block() {
            return program.callForOne("block", halves, blockRows());
        }

        /** Writes the bounds of {@code count} rows into a block. */
        void write(Factors rows, int begin, int count, NDArray block) {
            program.call("bound", rows.factors(), halves, begin, count, block);
        }

        /**
         * Of each of the first {@code rowCount} rows of a block the latents that are asked for, ascending, by {@link Chunks}.
         *
         * @param expected about how many; what is found does not depend on it
         */
        long[][] places(NDArray block, int rowCount, int expected, Rule rule) {
            IntBuffer rows = block.toByteBuffer(true).asIntBuffer();
            int length = (int) block.getShape().get(1);
            long[][] places = new long[rowCount][];
            Chunks.forEach(rowCount, CHUNK, (from, end) -> {
                BoundedRow row = new BoundedRow(length, expected);
                for (int i = from; i < end; i++) {
                    row.load(rows, i);
                    places[i] = row.places(rule.levelOf(row, i), latents);
                }
            });
            return places;
        }

        /** Whether the bounds of all these rows are bounds. */
        boolean hold(Factors rows) {
            for (float length : rows.lengths().toFloatArray()) {
                if (!hold(length)) {
                    return false;
                }
            }
            return true;
        }

        /** Whether the bounds of a row of this length are bounds: false too where a number is none. */
        boolean hold(float length) {
            return length * longest + largestBias < OVERFLOW;
        }

        @Override
        public void close() {
            halves.close();
        }
    }

    /** The least z whose bound reaches {@code value}: by 2^-8 |z|, then to the lower of two float32. */
    static float least(float value) {
        double raised = value - UNDERFLOW;
        double z = raised > 0 ? raised / (1 + ROUNDING) : raised / (1 - ROUNDING);
        return Math.nextDown((float) z);
    }

    @Override
    public void close() {
        program.close();
    }
}
