package dev.sluice.trainer.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the rows of a reader into batches of exactly so many rows, running on across passes, each of which is the rows
 * from the start row on. A batch is given out only when it is known whether another one follows; what is left at the
 * end is dropped.
 */
public final class BatchAssembler {
    private final int batchRows;
    private final long startRow;
    private final DirectBuffers pool;
    private final Deque<RowBatch> full = new ArrayDeque<>();
    private @Nullable RowBatch growing;
    private long nextToken;

    /**
     * @param batchRows of every batch
     * @param startRow first row of every pass; tokens are counted from it
     * @param firstToken of the first batch; rows before it are skipped
     */
    public BatchAssembler(int batchRows, long startRow, long firstToken, DirectBuffers pool) {
        if (batchRows < 1) {
            throw new IllegalArgumentException("training.batch-tokens must be at least 1, got " + batchRows);
        }
        this.batchRows = batchRows;
        this.startRow = startRow;
        this.nextToken = firstToken;
        this.pool = pool;
    }

    /** Copies the rows; they must continue those accepted before. */
    public void accept(DecodedRows rows) {
        int from = (int) Math.min(Math.max(0, startRow - rows.firstRow()), rows.rows());
        long token = rows.firstToken() + from - (rows.epoch() + 1) * startRow;
        if (from < rows.rows() && token > nextToken) {
            throw new IllegalStateException("rows must continue at token " + nextToken + ", got " + token);
        }
        from += (int) Math.min(nextToken - token, rows.rows() - from);
        while (from < rows.rows()) {
            RowBatch batch = growing == null ? new RowBatch(nextToken, batchRows, rows.width(), pool) : growing;
            int added = batch.add(rows, from);
            from += added;
            nextToken += added;
            growing = batch.isFull() ? null : batch;
            if (batch.isFull()) {
                full.add(batch);
            }
        }
    }

    /**
     * The next batch, or null while there is none.
     *
     * @param endKnown the stream is complete, so a last batch need not wait for its successor
     */
    public @Nullable RowBatch poll(boolean endKnown) {
        return full.size() > 1 || endKnown ? full.poll() : null;
    }

    /** First token of the batch that is given out next. */
    public long nextBatchToken() {
        RowBatch first = full.peek();
        if (first == null) {
            first = growing;
        }
        return first == null ? nextToken : first.firstToken();
    }

    /** Gives back what was not given out. */
    public void close() {
        full.forEach(RowBatch::release);
        full.clear();
        if (growing != null) {
            growing.release();
            growing = null;
        }
    }
}
