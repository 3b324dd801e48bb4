package dev.sluice.trainer.stream;

import dev.sluice.producer.contract.ActivationRecord;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** Some consecutive rows of one pass, decoded once for every variant that reads them; a copy, so Kafka's bytes can go. */
public final class DecodedRows {
    private final int epoch;
    private final long firstRow;
    private final long firstToken;
    private final int rows;
    private final int width;
    private final ByteBuffer activations;
    private final IntBuffer tokenIds;
    private final IntBuffer positions;
    private final ByteBuffer classes;
    private final DirectBuffers pool;

    private DecodedRows(ActivationRecord record, int skipped, int epoch, long passStart, DirectBuffers pool) {
        this.epoch = epoch;
        this.firstRow = record.firstRow() + skipped;
        this.firstToken = passStart + firstRow;
        this.rows = record.rows() - skipped;
        this.width = record.width();
        this.pool = pool;
        this.activations = pool.take(Math.multiplyExact(Math.multiplyExact(rows, width), Float.BYTES));
        record.copyActivations(skipped, rows, activations);
        activations.flip();
        this.tokenIds = copy(record.tokenIds(), skipped);
        this.positions = copy(record.positions(), skipped);
        this.classes = ByteBuffer.allocate(rows)
                .put(record.classes().slice(skipped, rows))
                .flip();
    }

    /**
     * @param skipped rows at the record's beginning to leave out
     * @param epoch the pass, from 0
     * @param passStart tokens of the passes before
     */
    static DecodedRows of(ActivationRecord record, int skipped, int epoch, long passStart, DirectBuffers pool) {
        return new DecodedRows(record, skipped, epoch, passStart, pool);
    }

    private IntBuffer copy(IntBuffer source, int skipped) {
        return IntBuffer.allocate(rows).put(source.slice(skipped, rows)).flip();
    }

    int epoch() {
        return epoch;
    }

    long firstRow() {
        return firstRow;
    }

    /** Tokens of the stream before the first row, over all passes. */
    long firstToken() {
        return firstToken;
    }

    public int rows() {
        return rows;
    }

    int width() {
        return width;
    }

    /** float32 [count, width] in native order. */
    ByteBuffer activations(int from, int count) {
        int rowBytes = width * Float.BYTES;
        return activations.slice(from * rowBytes, count * rowBytes);
    }

    IntBuffer tokenIds(int from, int count) {
        return tokenIds.slice(from, count);
    }

    IntBuffer positions(int from, int count) {
        return positions.slice(from, count);
    }

    ByteBuffer classes(int from, int count) {
        return classes.slice(from, count);
    }

    /** Every reader has copied what it needs. */
    public void release() {
        pool.give(activations);
    }
}
