package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import dev.sluice.producer.engine.TorchProgram;

/** A function of the residual stream with its weights: attention or the MLP of one layer, or the last norm. */
final class Sublayer {
    private final TorchProgram program;
    private final String method;
    private final Object[] settings;

    /** @param settings what the method takes after the stream; weights must not come from a program's call */
    Sublayer(TorchProgram program, String method, Object... settings) {
        this.program = program;
        this.method = method;
        this.settings = settings;
    }

    /** The value at {@code x}, of its shape and its manager. */
    NDArray apply(NDArray x) {
        Object[] arguments = new Object[settings.length + 1];
        arguments[0] = x;
        System.arraycopy(settings, 0, arguments, 1, settings.length);
        return program.callForOne(method, arguments);
    }

    /** The gradient of {@code sum(upstream * apply(x))} with respect to {@code x}. */
    NDArray gradient(NDArray x, NDArray upstream) {
        return program.gradient(method, x, upstream, settings);
    }
}
