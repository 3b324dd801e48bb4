package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import org.jspecify.annotations.Nullable;

/** The positive entries of a product x Wᵀ + b that is never held whole, if they are few. */
public final class PositiveSelection implements AutoCloseable {
    private final TorchProgram program;

    public PositiveSelection(NDManager manager) {
        program = TorchProgram.load(manager, PositiveSelection.class, "positive.ts");
    }

    /**
     * All positive entries, unless a block of rows has more of them than it may: then null, at no more memory than the
     * block's.
     *
     * @param x float32 [rows, d], at least 16 rows
     * @param perRow entries that a block may have for each of its rows
     */
    public @Nullable RaggedCodes positive(NDArray x, Encoder encoder, int perRow) {
        Encoder scaled = encoder.scaled();
        try (NDArray buffer =
                TopKSelection.buffer(x.getManager(), (int) scaled.bias().size())) {
            return positive(x, scaled, perRow, buffer);
        }
    }

    private @Nullable RaggedCodes positive(NDArray x, Encoder scaled, int perRow, NDArray buffer) {
        long rows = x.getShape().get(0);
        int columns = (int) scaled.bias().size();
        int groupSize = ThresholdSelection.groupSize(columns, 0);
        long block = buffer.getShape().get(0);
        long blocks = (rows + block - 1) / block;
        NDList places = new NDList();
        NDList values = new NDList();
        for (long i = 0; i < blocks; i++) {
            long begin = rows * i / blocks;
            long count = rows * (i + 1) / blocks - begin;
            NDArray groups =
                    program.callForOne("groups", x, scaled.weights(), scaled.bias(), begin, count, groupSize, buffer);
            Entries found = groups.size() > perRow * count ? null : entries(buffer, groups, begin, groupSize);
            if (found == null || found.values().size() > perRow * count) {
                return null;
            }
            places.add(found.places());
            values.add(found.values());
        }
        return RaggedCodes.of(program.call("codes", places, values, columns, rows));
    }

    /** @param places in the whole product, row by row, int64 */
    private record Entries(NDArray places, NDArray values) {}

    private Entries entries(NDArray buffer, NDArray groups, long begin, int groupSize) {
        NDList found = program.call("entries", buffer, groups, begin, groupSize);
        return new Entries(found.get(0), found.get(1));
    }

    @Override
    public void close() {
        program.close();
    }
}
