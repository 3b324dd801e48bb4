package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * The model from a hook point on, with given activations there: what it predicts, and gradients with respect to the
 * activations. Nothing is computed before it is asked for. Open until {@link #close()}; the model must be open as well.
 *
 * <p>With the activations that the model itself computes at a hook point, predictions have the same bits as the model's.
 */
public final class Continuation implements AutoCloseable {
    private final Layers layers;
    private final LogitHead head;
    private final NDManager manager;
    private final TokenBatch batch;
    private final Entry entry;

    /** @param manager has the entry's values; it is closed with this */
    Continuation(Layers layers, LogitHead head, NDManager manager, TokenBatch batch, Entry entry) {
        this.layers = layers;
        this.head = head;
        this.manager = manager;
        this.batch = batch;
        this.entry = entry;
    }

    /** Computes the layers behind the hook point and the last norm; the caller closes the result. */
    public Predictions predict() {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray last = Layers.keep(scratch, layers.runFrom(entry, NDArray::close));
            return new Predictions(head, batch, Layers.keep(manager.getParentManager(), head.normed(last)));
        }
    }

    /**
     * The gradient of {@code scalar} with respect to the activations at the hook point. The streams between layers are
     * kept; one layer at a time is computed again and differentiated.
     *
     * @param owner gets the result
     * @return float32 [sequences, longest, dModel], zero behind a sequence's end
     */
    public NDArray gradient(NDManager owner, LogitScalar scalar) {
        try (NDManager scratch = manager.newSubManager()) {
            List<NDArray> passed = new ArrayList<>();
            NDArray last =
                    Layers.keep(scratch, layers.runFrom(entry, stream -> passed.add(Layers.keep(scratch, stream))));
            NDArray atNormed = scalar.gradient(new Predictions(head, batch, head.normed(last)), scratch);
            NDArray gradient = layers.gradient(entry, passed, head.normGradient(last, atNormed));
            return Layers.keep(owner, batch.withoutFill(gradient));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
