package dev.sluice.producer.block;

import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.synthetic.SyntheticSource;
import java.nio.FloatBuffer;
import java.util.List;

/** Synthetic rows in place of a model's: each window is one row, whose number is that of the document. */
public final class SyntheticForward implements Forward {
    private final SyntheticSource source;

    public SyntheticForward(SyntheticSource source) {
        this.source = source;
    }

    @Override
    public int width() {
        return source.spec().width();
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public void run(List<Window> batch, List<String> hooks, Receiver receiver) {
        List<float[]> rows = batch.parallelStream()
                .map(window -> source.row(window.document()))
                .toList();
        for (int i = 0; i < rows.size(); i++) {
            for (String hook : hooks) {
                receiver.accept(hook, i, FloatBuffer.wrap(rows.get(i)));
            }
        }
    }
}
