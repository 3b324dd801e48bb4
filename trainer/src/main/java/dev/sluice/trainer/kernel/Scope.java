package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/** Temporary tensors of one computation on this thread: all are closed with the scope, except those that are kept. */
public final class Scope implements AutoCloseable {
    private final NDScope scope = new NDScope();

    /** Does work of which no tensor outlives it. */
    public static void run(Runnable work) {
        get(() -> {
            work.run();
            return true;
        });
    }

    /** The result of work of which no tensor outlives it. */
    public static <T> T get(Supplier<T> work) {
        NDScope scope = new NDScope();
        try {
            return work.get();
        } finally {
            scope.close();
        }
    }

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
