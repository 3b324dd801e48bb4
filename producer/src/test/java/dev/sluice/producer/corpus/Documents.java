package dev.sluice.producer.corpus;

import java.util.ArrayList;
import java.util.List;

/** Reads whole corpora, for tests with small ones. */
public final class Documents {

    private Documents() {}

    public static List<Document> all(Corpus corpus) {
        return from(corpus, 0);
    }

    public static List<Document> from(Corpus corpus, long first) {
        List<Document> documents = new ArrayList<>();
        try (DocumentCursor cursor = corpus.open(first)) {
            cursor.forEachRemaining(documents::add);
        }
        return documents;
    }
}
