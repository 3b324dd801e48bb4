package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import org.jspecify.annotations.Nullable;

/** The positive entries of a product x Wᵀ + b that is never held whole, if they are few. */
public final class PositiveSelection implements AutoCloseable {
    /** Columns that are looked at together, so that most are passed over. */
    private static final int[] GROUP_SIZES = {32, 8};

    private final TorchProgram program;

    public PositiveSelection(NDManager manager) {
        program = TorchProgram.load(manager, PositiveSelection.class, "positive.ts");
    }

    /**
     * All positive entries, unless a block of rows has more of them than it may: then null, at no more memory than the
     * block's.
     *
     * @param x float32 [rows, d], at least 16 rows
     * @param w float32 [n, d]
     * @param b float32 [n]
     * @param perRow entries that a block may have for each of its rows
     */
    public @Nullable RaggedCodes positive(NDArray x, NDArray w, NDArray b, int perRow) {
        try (NDArray buffer =
                TopKSelection.buffer(x.getManager(), (int) w.getShape().get(0))) {
            return positive(x, w, b, perRow, buffer);
        }
    }

    private @Nullable RaggedCodes positive(NDArray x, NDArray w, NDArray b, int perRow, NDArray buffer) {
        long rows = x.getShape().get(0);
        int columns = (int) w.getShape().get(0);
        long block = buffer.getShape().get(0);
        long blocks = (rows + block - 1) / block;
        NDList places = new NDList();
        NDList values = new NDList();
        for (long i = 0; i < blocks; i++) {
            long begin = rows * i / blocks;
            long count = rows * (i + 1) / blocks - begin;
            NDArray groups = program.callForOne("groups", x, w, b, begin, count, groupSize(columns), buffer);
            NDList found = groups.size() > perRow * count
                    ? null
                    : program.call("entries", buffer, groups, begin, groupSize(columns));
            if (found == null || found.get(0).size() > perRow * count) {
                return null;
            }
            places.add(found.get(0));
            values.add(found.get(1));
        }
        NDList codes = program.call("codes", places, values, columns, rows);
        return new RaggedCodes(codes.get(0), codes.get(1), codes.get(2), codes.get(3));
    }

    private static int groupSize(int columns) {
        for (int size : GROUP_SIZES) {
            if (columns % size == 0) {
                return size;
            }
        }
        return 1;
    }

    @Override
    public void close() {
        program.close();
    }
}
