package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

/** Temporary tensors of one computation on this thread: all are closed with the scope, except those that are kept. */
public final class Scope implements AutoCloseable {
    private final NDScope scope = new NDScope();

    /** Hands a tensor of this scope to {@code owner}, which closes it at its own end. */
    public NDArray keep(NDArray tensor, NDManager owner) {
        NDScope.unregister(tensor);
        tensor.attach(owner);
        return tensor;
    }

    @Override
    public void close() {
        scope.close();
    }
}
