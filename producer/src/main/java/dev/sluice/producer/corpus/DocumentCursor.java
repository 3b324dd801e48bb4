package dev.sluice.producer.corpus;

import java.util.Iterator;

/**
 * Documents in corpus order. Not safe for use by several threads.
 *
 * <p>A row whose text is null keeps its number but yields no document, so indices rise but may skip.
 */
public interface DocumentCursor extends Iterator<Document>, AutoCloseable {

    /** Stored bytes consumed so far: an estimate for progress bars, never below an earlier answer. */
    long bytesRead();

    @Override
    void close();
}
