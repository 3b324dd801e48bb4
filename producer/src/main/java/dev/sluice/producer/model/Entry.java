package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Where a continuation enters the model. Values are [rows, time, width].
 *
 * @param value what stands at the hook point
 * @param beside the residual stream that the value is added to; null where the value is the stream
 */
record Entry(HookPoint hook, NDArray value, @Nullable NDArray beside) {
    /** The residual stream that the value is added to. */
    NDArray stream() {
        if (beside == null) {
            throw new IllegalStateException("nothing stands beside " + hook);
        }
        return beside;
    }
}
