package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The positive entries of (x Wᵀ + b) n that reach a bound. {@link UpperBounds} rule out most; the others are computed,
 * each by torch's inner product of its own, so that its bits depend on its row and latent alone.
 */
public final class BoundedEntries implements AutoCloseable {
    private static final int CHUNK = 32;

    /** Only how fast a row is searched depends on how many are expected. */
    private static final int EXPECTED = 64;

    private final NDManager manager;
    private final UpperBounds bounds;
    private final TorchProgram program;

    /** @param like float32 [n, d] on the CPU, of the shape of the weights */
    public BoundedEntries(NDManager parent, NDArray like) {
        this.manager = parent.newSubManager();
        this.bounds = new UpperBounds(manager, like);
        this.program = TorchProgram.load(manager, BoundedEntries.class, "entries.ts");
    }

    /**
     * All positive entries that are at least {@code low}; null if a block of rows has more of them than it may, or if
     * numbers are so large that there are no bounds.
     *
     * @param x float32 [rows, d]
     * @param low at least 0
     * @param perRow entries that a block may have for each of its rows
     */
    public @Nullable RaggedCodes reaching(NDArray x, BoundedTopK.Weights weights, float low, int perRow) {
        bounds.set(weights.w(), weights.b(), weights.norms());
        UpperBounds.Factors factors = bounds.rows(x);
        if (!bounds.hold(factors)) {
            return null;
        }
        int rows = (int) x.getShape().get(0);
        NDList rowNumbers = new NDList();
        NDList latents = new NDList();
        NDList values = new NDList();
        try (NDArray block = bounds.block()) {
            for (int from = 0; from < rows; from += UpperBounds.blockRows()) {
                int count = Math.min(UpperBounds.blockRows(), rows - from);
                bounds.write(factors, from, count, block);
                NDList found = compute(x, weights, from, places(block, count, level(low)), low);
                if (found.get(0).size() > (long) perRow * count) {
                    return null;
                }
                rowNumbers.add(found.get(0));
                latents.add(found.get(1));
                values.add(found.get(2));
            }
        }
        NDList codes = program.call("codes", rowNumbers, latents, values, rows);
        return new RaggedCodes(codes.get(0), codes.get(1), codes.get(2), codes.get(3));
    }

    /** No entry that reaches {@code low} has a bound below. */
    private static int level(float low) {
        return BoundedRow.level(UpperBounds.least(low));
    }

    /** Of each row of a block the latents whose bound reaches a level, ascending; rows are searched in parallel. */
    private static long[][] places(NDArray block, int count, int level) {
        IntBuffer rows = block.toByteBuffer(true).asIntBuffer();
        int length = (int) block.getShape().get(1);
        long[][] places = new long[count][];
        IntStream.range(0, (count + CHUNK - 1) / CHUNK).parallel().forEach(chunk -> {
            BoundedRow row = new BoundedRow(length, EXPECTED);
            for (int i = chunk * CHUNK; i < Math.min(count, (chunk + 1) * CHUNK); i++) {
                row.load(rows, i);
                places[i] = row.placesFrom(level);
            }
        });
        return places;
    }

    /** Rows, latents and values of those places that do reach {@code low}. */
    private NDList compute(NDArray x, BoundedTopK.Weights weights, int from, long[][] places, float low) {
        int total = 0;
        for (long[] ofRow : places) {
            total += ofRow.length;
        }
        long[] rows = new long[total];
        long[] latents = new long[total];
        int end = 0;
        for (int i = 0; i < places.length; i++) {
            System.arraycopy(places[i], 0, latents, end, places[i].length);
            Arrays.fill(rows, end, end += places[i].length, from + i);
        }
        NDManager scope = x.getManager();
        return program.call(
                "entries",
                x,
                weights.w(),
                weights.b(),
                weights.norms(),
                scope.create(rows),
                scope.create(latents),
                (double) low);
    }

    @Override
    public void close() {
        program.close();
        bounds.close();
        manager.close();
    }
}
