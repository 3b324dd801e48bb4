package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.kernel.Scope;
import org.jspecify.annotations.Nullable;

/** Norms of centres for a reconstruction, which its reader may hold until the next one. */
public final class LastNorms {
    private final NDManager manager;
    private final Centres centres;
    private @Nullable NDArray last;

    public LastNorms(NDManager manager, Centres centres) {
        this.manager = manager;
        this.centres = centres;
    }

    /** ‖c‖, float32 [K]. */
    public NDArray next(Scope scope) {
        if (last != null) {
            last.close();
        }
        NDArray norms = scope.keep(centres.norms(), manager);
        last = norms;
        return norms;
    }
}
