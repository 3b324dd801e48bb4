package dev.sluice.producer.publish;

import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.DocumentCursor;
import dev.sluice.producer.corpus.Window;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * How many train rows a stream will have. The schedules of the variants need it before the first row exists, and it
 * must not depend on when it is asked: exact where the corpus or the bound ends among the first tokens, else the rows
 * per byte of those times the corpus' bytes.
 *
 * @param rows at least 1
 * @param exact whether they were counted
 */
record ExpectedRows(long rows, boolean exact) {
    /** About a second of tokenizing. */
    private static final long COUNTED_ROWS = 400_000;

    /**
     * @param cut gives the windows of a document
     * @param bound the stream ends at the first whole sequence that reaches it; 0 for the whole corpus
     */
    static ExpectedRows of(Corpus corpus, Function<Document, List<Window>> cut, long bound) {
        long rows = 0;
        try (DocumentCursor documents = corpus.open(0)) {
            while (documents.hasNext()) {
                Document document = documents.next();
                if (corpus.isHeldOut(document)) {
                    continue;
                }
                for (Window window : cut.apply(document)) {
                    rows += window.length();
                    if (bound > 0 && rows >= bound) {
                        return new ExpectedRows(rows, true);
                    }
                }
                if (rows >= COUNTED_ROWS && documents.hasNext()) {
                    return estimate(rows, documents.bytesRead(), corpus.bytes(), bound);
                }
            }
        }
        return new ExpectedRows(Math.max(1, rows), true);
    }

    private static ExpectedRows estimate(long rows, long bytesRead, OptionalLong bytes, long bound) {
        if (bytes.isEmpty()) {
            return new ExpectedRows(Math.max(rows, bound), false);
        }
        long all = Math.max(rows, Math.round((double) rows / Math.max(1, bytesRead) * bytes.getAsLong()));
        return new ExpectedRows(bound > 0 ? Math.min(bound, all) : all, false);
    }
}
