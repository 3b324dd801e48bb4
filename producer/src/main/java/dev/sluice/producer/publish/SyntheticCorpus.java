package dev.sluice.producer.publish;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.DocumentCursor;
import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.hash.Sha256;
import dev.sluice.producer.synthetic.NamedSpec;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;

/**
 * The rows of a synthetic source as a corpus. Rows are independent, so each is a document of its own, whose only window
 * has one token, of id 0 at position 0: the document's place is the row's number in the source.
 */
record SyntheticCorpus(NamedSpec source) implements Corpus {
    /** Tokens of a window. */
    static final int CONTEXT = 1;

    private static final int TOKEN = 0;

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public String digest() {
        return Sha256.hex(Json.canonical(source.spec()));
    }

    @Override
    public boolean isHeldOut(Document document) {
        return source.spec().isHeldOut(document.index());
    }

    List<Window> cut(Document document) {
        return List.of(new Window(document.index(), 0, document.subset(), new int[] {TOKEN}));
    }

    @Override
    public DocumentCursor open(long firstDocument) {
        return new DocumentCursor() {
            private long next = firstDocument;

            @Override
            public boolean hasNext() {
                return next < source.spec().allRows();
            }

            @Override
            public Document next() {
                if (!hasNext()) {
                    throw new NoSuchElementException(name() + " has no row " + next);
                }
                return new Document(next++, "", "");
            }

            @Override
            public long bytesRead() {
                return 0;
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    @Override
    public OptionalLong bytes() {
        return OptionalLong.empty();
    }
}
