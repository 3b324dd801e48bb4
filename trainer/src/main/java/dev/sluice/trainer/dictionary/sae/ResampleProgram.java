package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;

/** Calls {@code resample.ts}: rows of parameters, replaced in place. An index is int64 [rows]. */
final class ResampleProgram implements AutoCloseable {
    private final TorchProgram program;

    ResampleProgram(NDManager manager) {
        this.program = TorchProgram.load(manager, ResampleProgram.class, "resample.ts");
    }

    NDArray rows(NDArray x, NDArray index) {
        return program.callForOne("rows", x, index);
    }

    void put(NDArray target, NDArray index, NDArray rows) {
        program.call("put", target, index, rows);
    }

    /** Sets rows, or numbers of a vector, to 0. */
    void clear(NDArray target, NDArray index) {
        program.call("clear", target, index);
    }

    @Override
    public void close() {
        program.close();
    }
}
