package dev.sluice.evaluator.rows;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.trainer.dictionary.Batch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** Consecutive held-out rows on the heap's side: float32 in a direct buffer that the engine copies from. */
public final class HeldoutBatch {
    private final long firstRow;
    private final int rows;
    private final int width;
    private final ByteBuffer activations;
    private final IntBuffer tokenIds;
    private final IntBuffer positions;
    private final ByteBuffer classes;
    private int filled;

    HeldoutBatch(long firstRow, int rows, int width, ByteBuffer activations) {
        this.firstRow = firstRow;
        this.rows = rows;
        this.width = width;
        this.activations = activations.clear().order(ByteOrder.nativeOrder());
        this.tokenIds = IntBuffer.allocate(rows);
        this.positions = IntBuffer.allocate(rows);
        this.classes = ByteBuffer.allocate(rows);
    }

    boolean isFull() {
        return filled == rows;
    }

    /** Takes as many rows of the record from {@code row} on as fit; how many. */
    int fill(ActivationRecord from, int row) {
        int count = Math.min(rows - filled, from.rows() - row);
        from.copyActivations(row, count, activations);
        tokenIds.put(from.tokenIds().slice(row, count));
        positions.put(from.positions().slice(row, count));
        classes.put(from.classes().slice(row, count));
        filled += count;
        return count;
    }

    /** The full batch in the engine's memory; on the compute thread. */
    public Batch toDevice(NDManager manager) {
        ByteBuffer values =
                activations.duplicate().order(ByteOrder.nativeOrder()).flip();
        return new Batch(
                firstRow,
                manager.create(values, new Shape(rows, width), DataType.FLOAT32),
                tokenIds.duplicate().flip(),
                positions.duplicate().flip(),
                classes.duplicate().flip());
    }
}
