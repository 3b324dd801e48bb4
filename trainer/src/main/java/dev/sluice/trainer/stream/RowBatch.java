package dev.sluice.trainer.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Exactly the rows of one batch, in memory that torch can use without a copy. */
public final class RowBatch {
    private final long firstToken;
    private final int capacity;
    private final int width;
    private final DirectBuffers pool;
    private final ByteBuffer activations;
    private final ByteBuffer tokenIds;
    private final ByteBuffer positions;
    private final ByteBuffer classes;
    private final List<Segment> segments = new ArrayList<>();
    private int rows;

    /**
     * Consecutive rows of one pass.
     *
     * @param epoch the pass, from 0
     * @param firstRow in the log
     * @param rows of the batch
     * @param crc32c of their activations (float32), token ids, positions and classes
     */
    public record Segment(int epoch, long firstRow, int rows, int crc32c) {}

    RowBatch(long firstToken, int capacity, int width, DirectBuffers pool) {
        this.firstToken = firstToken;
        this.capacity = capacity;
        this.width = width;
        this.pool = pool;
        this.activations = pool.take(Math.multiplyExact(Math.multiplyExact(capacity, width), Float.BYTES));
        this.tokenIds = ByteBuffer.allocate(capacity * Integer.BYTES).order(ByteOrder.nativeOrder());
        this.positions = ByteBuffer.allocate(capacity * Integer.BYTES).order(ByteOrder.nativeOrder());
        this.classes = ByteBuffer.allocate(capacity);
    }

    boolean isFull() {
        return rows == capacity;
    }

    /** Adds as many rows from {@code from} on as fit; how many that were. */
    int add(DecodedRows source, int from) {
        int count = Math.min(source.rows() - from, capacity - rows);
        activations.put(source.activations(from, count));
        tokenIds.slice(rows * Integer.BYTES, count * Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .asIntBuffer()
                .put(source.tokenIds(from, count));
        positions
                .slice(rows * Integer.BYTES, count * Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .asIntBuffer()
                .put(source.positions(from, count));
        classes.put(source.classes(from, count));
        append(source.epoch(), source.firstRow() + from, count);
        rows += count;
        return count;
    }

    /** A ledger must not depend on how the log is cut into records, so rows that continue a segment extend it. */
    private void append(int epoch, long firstRow, int count) {
        int last = segments.size() - 1;
        boolean continues = last >= 0 && segments.get(last).epoch() == epoch;
        Segment segment = continues
                ? new Segment(
                        epoch, segments.get(last).firstRow(), segments.get(last).rows() + count, 0)
                : new Segment(epoch, firstRow, count, 0);
        if (continues) {
            segments.set(last, segment);
        } else {
            segments.add(segment);
        }
    }

    /** Where the rows come from, in order, with the checksums of their content. Of a full batch. */
    public List<Segment> segments() {
        List<Segment> summed = new ArrayList<>();
        int from = 0;
        for (Segment segment : segments) {
            summed.add(new Segment(segment.epoch(), segment.firstRow(), segment.rows(), crc32c(from, segment.rows())));
            from += segment.rows();
        }
        return summed;
    }

    private int crc32c(int from, int count) {
        CRC32C crc = new CRC32C();
        crc.update(activations.slice(from * width * Float.BYTES, count * width * Float.BYTES));
        crc.update(tokenIds.slice(from * Integer.BYTES, count * Integer.BYTES));
        crc.update(positions.slice(from * Integer.BYTES, count * Integer.BYTES));
        crc.update(classes.slice(from, count));
        return (int) crc.getValue();
    }

    /** Tokens before the first row, over all passes from their start row on. */
    public long firstToken() {
        return firstToken;
    }

    public int rows() {
        return rows;
    }

    /** Pass of the last row, from 0. */
    public int epoch() {
        return segments.get(segments.size() - 1).epoch();
    }

    /** Next row of the log: the one after the last. */
    public long endRow() {
        Segment last = segments.get(segments.size() - 1);
        return last.firstRow() + last.rows();
    }

    public int width() {
        return width;
    }

    /** True if every row is of the first pass. */
    public boolean isPrequential() {
        return epoch() == 0;
    }

    /** float32 [rows, width], direct, native order: a fresh view. */
    public ByteBuffer activations() {
        return activations.slice(0, rows * width * Float.BYTES).order(ByteOrder.nativeOrder());
    }

    public IntBuffer tokenIds() {
        return tokenIds.slice(0, rows * Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
    }

    public IntBuffer positions() {
        return positions
                .slice(0, rows * Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
    }

    public ByteBuffer classes() {
        return classes.slice(0, rows);
    }

    /** Nobody uses the rows any more, torch included. */
    public void release() {
        pool.give(activations);
    }
}
