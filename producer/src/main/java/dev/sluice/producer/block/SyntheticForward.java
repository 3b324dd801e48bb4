package dev.sluice.producer.block;

import dev.sluice.producer.corpus.SyntheticSource;
import dev.sluice.producer.corpus.Window;
import java.nio.FloatBuffer;
import java.util.List;

/** Synthetic rows in place of a model's: row r of document k is row {@code k * context + r} of the source. */
public final class SyntheticForward implements Forward {
    private final SyntheticSource source;
    private final int context;

    public SyntheticForward(SyntheticSource source, int context) {
        this.source = source;
        this.context = context;
    }

    @Override
    public int width() {
        return source.spec().dimension();
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public void run(List<Window> batch, List<String> hooks, Receiver receiver) {
        for (int i = 0; i < batch.size(); i++) {
            Window window = batch.get(i);
            float[] rows = source.rows(window.document() * context, window.length());
            for (String hook : hooks) {
                receiver.accept(hook, i, FloatBuffer.wrap(rows));
            }
        }
    }
}
