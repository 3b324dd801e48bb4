package dev.sluice.trainer.stream;

import java.util.ArrayDeque;
import java.util.Deque;

/** The newest decoded rows of one reader, kept so that a variant that is a little behind need not read them itself. */
public final class RowWindow implements AutoCloseable {
    private static final int LEAST_RECORDS = 4;

    private final Deque<DecodedRows> records = new ArrayDeque<>();
    private long rows;
    private long leastRows;

    /** From now on keeps at least so many rows. */
    public void widen(long atLeast) {
        leastRows = Math.max(leastRows, atLeast);
    }

    /** Takes the rows over; they must continue those added before. */
    public void add(DecodedRows added) {
        records.addLast(added);
        rows += added.rows();
        while (records.size() > LEAST_RECORDS && rows - records.getFirst().rows() >= leastRows) {
            DecodedRows oldest = records.removeFirst();
            rows -= oldest.rows();
            oldest.release();
        }
    }

    /** True if every row from this token of the stream on is here or the next to come. */
    public boolean holds(long token) {
        return !records.isEmpty() && records.getFirst().firstToken() <= token && token <= endToken();
    }

    /** Token behind the newest row, over all passes; 0 before the first. */
    public long endToken() {
        return records.isEmpty()
                ? 0
                : records.getLast().firstToken() + records.getLast().rows();
    }

    /** Gives the assembler all rows, as if it had been there. */
    public void feed(BatchAssembler assembler) {
        records.forEach(assembler::accept);
    }

    @Override
    public void close() {
        records.forEach(DecodedRows::release);
        records.clear();
        rows = 0;
    }
}
