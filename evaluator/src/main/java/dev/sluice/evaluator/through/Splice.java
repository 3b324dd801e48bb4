package dev.sluice.evaluator.through;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;

/** Takes rows out of matrices: bits stay as they are. On the compute thread. */
final class Splice implements AutoCloseable {
    private final TorchProgram program;

    Splice(NDManager manager) {
        this.program = TorchProgram.load(manager, Splice.class, "splice.ts");
    }

    /**
     * The activations of a group, with some rows replaced.
     *
     * @param x rows of the batch, [rows, width]
     * @param substitute replacements of all rows, [rows, width]
     * @param places of {@link WindowGroup#places}
     * @return [windows, longest, width], in the memory of {@code x}
     */
    NDArray activations(NDArray x, NDArray substitute, WindowGroup group, long[] places) {
        try (NDArray index = x.getManager().create(places);
                NDArray rows = program.callForOne("rows_at", x, substitute, index)) {
            return rows.reshape(group.size(), group.longest(), x.getShape().get(1));
        }
    }

    /** As {@link #activations}, with no row replaced. */
    NDArray activations(NDArray x, WindowGroup group) {
        try (NDArray rows = rowsOf(x, group.places())) {
            return rows.reshape(group.size(), group.longest(), x.getShape().get(1));
        }
    }

    /** Rows of {@code x}, [places, width]. */
    NDArray rowsOf(NDArray x, long[] places) {
        try (NDArray index = x.getManager().create(places)) {
            return program.callForOne("rows_of", x, index);
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
