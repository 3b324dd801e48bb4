package dev.sluice.producer.block;

import dev.sluice.producer.corpus.Window;
import java.nio.FloatBuffer;
import java.util.List;

/** What makes rows of windows: a language model, or the synthetic source. */
public interface Forward {
    /** Takes the rows [length of the window, width] of one window of the batch; must not keep the buffer. */
    interface Receiver {
        void accept(String hook, int indexInBatch, FloatBuffer rows);
    }

    /** Elements of a row. */
    int width();

    /** {@code cpu} or {@code gpu}. */
    String device();

    /**
     * Computes one batch and returns when the receiver has had every (hook, window) once; called by one thread.
     *
     * @throws StoppedException if the producer is being stopped
     */
    void run(List<Window> batch, List<String> hooks, Receiver receiver);
}
