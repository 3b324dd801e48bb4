package dev.sluice.producer.publish;

import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.Windows;
import dev.sluice.producer.hub.ModelSource;
import dev.sluice.producer.synthetic.NamedSpec;
import dev.sluice.producer.tensor.Dtype;
import java.util.HashSet;
import java.util.List;

/** Where rows come from. */
public sealed interface RowSource {
    /**
     * A language model reads a corpus.
     *
     * @param model its name and revision are part of the streams' identity
     * @param hooks TransformerLens names, one stream each
     * @param context tokens of a window, BOS included
     * @param truncate keep only the first window of a document
     * @param dtype of the model's linear maps, F32 or BF16
     */
    record Text(Corpus corpus, ModelSource model, List<String> hooks, int context, boolean truncate, Dtype dtype)
            implements RowSource {
        public Text {
            hooks = List.copyOf(hooks);
            if (hooks.isEmpty() || new HashSet<>(hooks).size() != hooks.size()) {
                throw new IllegalArgumentException("hooks must be at least one, each named once, got " + hooks);
            }
            if (context < Windows.MIN_WINDOW) {
                throw new IllegalArgumentException(
                        "context must be at least " + Windows.MIN_WINDOW + ", got " + context);
            }
        }

        /** Whole documents in windows of the default context, computed in float32. */
        public Text(Corpus corpus, ModelSource model, List<String> hooks) {
            this(corpus, model, hooks, Windows.DEFAULT_CONTEXT, false, Dtype.F32);
        }
    }

    /** Sparse combinations of a known random dictionary plus noise. */
    record Synthetic(NamedSpec source) implements RowSource {
        /** The model and the hook of its stream. */
        public static final String NAME = "synthetic";
    }
}
