package dev.sluice.producer.corpus;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of one file, in order. */
public interface RowReader extends Closeable {

    /** The next row, or null at the end of the file. */
    @Nullable
    Row next() throws IOException;

    /**
     * Passes over up to this many rows.
     *
     * @return how many there were to pass over; fewer than asked only at the end of the file
     */
    long skip(long rows) throws IOException;

    /** Stored bytes consumed so far. */
    long bytesRead();

    /** A row as stored; a null text is a row without a document. */
    record Row(@Nullable String text, String subset) {}
}
