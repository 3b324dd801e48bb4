package dev.sluice.producer.corpus;

import java.util.ArrayList;
import java.util.List;

/** Reads whole corpora, for tests with small ones. */
final class Documents {

    private Documents() {}

    static List<Document> all(Corpus corpus) {
        return from(corpus, 0);
    }

    static List<Document> from(Corpus corpus, long first) {
        List<Document> documents = new ArrayList<>();
        try (DocumentCursor cursor = corpus.open(first)) {
            cursor.forEachRemaining(documents::add);
        }
        return documents;
    }
}
