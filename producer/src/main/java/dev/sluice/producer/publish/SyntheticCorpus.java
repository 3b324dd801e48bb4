package dev.sluice.producer.publish;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.DocumentCursor;
import dev.sluice.producer.corpus.SyntheticSpec;
import dev.sluice.producer.hash.Sha256;
import java.util.OptionalLong;

/** Endless documents without content, each held out by the same rule as real ones; their rows are synthetic. */
record SyntheticCorpus(SyntheticSpec spec) implements Corpus {
    @Override
    public String name() {
        return RowSource.Synthetic.NAME;
    }

    @Override
    public String digest() {
        return Sha256.hex(Json.canonical(spec));
    }

    @Override
    public DocumentCursor open(long firstDocument) {
        return new DocumentCursor() {
            private long next = firstDocument;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Document next() {
                return new Document(next, RowSource.Synthetic.NAME + " " + next++, "");
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
