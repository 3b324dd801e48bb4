package dev.sluice.producer.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines as bytes, ended by LF or CRLF, so that a byte that is not UTF-8 can be named by its line. Holds one line; a
 * line over {@link StrictText#MAX_BYTES} is refused.
 */
final class LineReader implements Closeable {

    private static final int FIRST_CAPACITY = 1 << 16;

    private final InputStream in;
    private final String location;
    private byte[] buffer = new byte[FIRST_CAPACITY];
    private int start;
    private int end;
    private long number;

    LineReader(InputStream in, String location) {
        this.in = in;
        this.location = location;
    }

    /** 1-based number of the line last returned. */
    long number() {
        return number;
    }

    /** The next line without its end, valid until the next call; null after the last. */
    @Nullable
    ByteBuffer next() throws IOException {
        int searched = start;
        while (true) {
            int newline = indexOfNewline(searched);
            if (newline >= 0) {
                int from = start;
                start = newline + 1;
                return line(from, newline);
            }
            searched = end - start;
            if (!fill()) {
                int from = start;
                start = end;
                return from == end ? null : line(from, end);
            }
            searched += start;
        }
    }

    private int indexOfNewline(int from) {
        for (int i = from; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private ByteBuffer line(int from, int to) {
        number++;
        int first = number == 1 && startsWithByteOrderMark(from, to) ? from + 3 : from;
        int last = to > first && buffer[to - 1] == '\r' ? to - 1 : to;
        return ByteBuffer.wrap(buffer, first, last - first);
    }

    private boolean startsWithByteOrderMark(int from, int to) {
        return to - from >= 3
                && buffer[from] == (byte) 0xEF
                && buffer[from + 1] == (byte) 0xBB
                && buffer[from + 2] == (byte) 0xBF;
    }

    /** Moves the open line to the front, makes room and reads on; false at the end. */
    private boolean fill() throws IOException {
        int open = end - start;
        if (open > StrictText.MAX_BYTES) {
            throw new CorpusException(location + ", line " + (number + 1) + ": "
                    + StrictText.tooLong(open).replace("got", "got over"));
        }
        if (open == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        } else {
            System.arraycopy(buffer, start, buffer, 0, open);
        }
        start = 0;
        end = open;
        int read = in.read(buffer, end, buffer.length - end);
        end += Math.max(read, 0);
        return read >= 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
