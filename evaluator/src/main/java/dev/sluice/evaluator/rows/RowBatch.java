package dev.sluice.evaluator.rows;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.trainer.dictionary.Batch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/** Consecutive rows on the heap's side: float32 in a direct buffer that the engine copies from, and their labels. */
public final class RowBatch {
    private final long firstRow;
    private final int width;
    private final ByteBuffer activations;
    private final IntBuffer tokenIds;
    private final IntBuffer positions;
    private final LongBuffer documents;
    private final IntBuffer windows;
    private final ByteBuffer classes;
    private int rows;

    /** Room for so many rows; none is filled yet. */
    RowBatch(long firstRow, int room, int width, ByteBuffer activations) {
        this.firstRow = firstRow;
        this.width = width;
        this.activations =
                activations.duplicate().clear().order(ByteOrder.nativeOrder()).limit(room * width * Float.BYTES);
        this.tokenIds = IntBuffer.allocate(room);
        this.positions = IntBuffer.allocate(room);
        this.documents = LongBuffer.allocate(room);
        this.windows = IntBuffer.allocate(room);
        this.classes = ByteBuffer.allocate(room);
    }

    private RowBatch(RowBatch of, int rows) {
        this.firstRow = of.firstRow;
        this.width = of.width;
        this.activations = of.activations;
        this.tokenIds = of.tokenIds;
        this.positions = of.positions;
        this.documents = of.documents;
        this.windows = of.windows;
        this.classes = of.classes;
        this.rows = rows;
    }

    boolean isFull() {
        return !tokenIds.hasRemaining();
    }

    /** Takes as many rows of the record from {@code row} on as fit; how many. */
    int fill(ActivationRecord from, int row) {
        int count = Math.min(tokenIds.remaining(), from.rows() - row);
        from.copyActivations(row, count, activations);
        tokenIds.put(from.tokenIds().slice(row, count));
        positions.put(from.positions().slice(row, count));
        windows.put(from.windows().slice(row, count));
        classes.put(from.classes().slice(row, count));
        documents.put(from.documents().slice(row, count));
        rows += count;
        return count;
    }

    /** Begins a batch with the rows of another from {@code cut} on, in the same buffer; the other ends there. */
    void takeTail(RowBatch other, int cut) {
        int count = other.rows - cut;
        int bytes = count * width * Float.BYTES;
        activations.put(0, other.activations, cut * width * Float.BYTES, bytes).position(bytes);
        tokenIds.put(other.tokenIds.array(), cut, count);
        positions.put(other.positions.array(), cut, count);
        documents.put(other.documents.array(), cut, count);
        windows.put(other.windows.array(), cut, count);
        classes.put(other.classes.array(), cut, count);
        rows = count;
    }

    /** The rows before {@code cut}, in the same buffers. */
    RowBatch upTo(int cut) {
        return new RowBatch(this, cut);
    }

    /** Number of the first row in its log. */
    public long firstRow() {
        return firstRow;
    }

    public int rows() {
        return rows;
    }

    /** Token ids, [rows]. */
    public IntBuffer tokenIds() {
        return tokenIds.duplicate().position(0).limit(rows);
    }

    /** Positions in their windows, [rows]. */
    public IntBuffer positions() {
        return positions.duplicate().position(0).limit(rows);
    }

    /** Places of the documents in the corpus, [rows]. */
    public LongBuffer documents() {
        return documents.duplicate().position(0).limit(rows);
    }

    /** Codes of {@link dev.sluice.producer.contract.RowClass}, [rows]. */
    public ByteBuffer classes() {
        return classes.duplicate().position(0).limit(rows);
    }

    /**
     * Some rows of the batch.
     *
     * @param first row in the batch
     * @param rows of it
     */
    public record Span(int first, int rows) {}

    /** The windows of the batch, in order; all of them whole if the batch was asked for in whole windows. */
    public List<Span> windows() {
        List<Span> windows = new ArrayList<>();
        int first = 0;
        for (int row = 1; row <= rows; row++) {
            if (row == rows || beginsWindow(row)) {
                windows.add(new Span(first, row - first));
                first = row;
            }
        }
        return windows;
    }

    /** @param row any but the first */
    private boolean beginsWindow(int row) {
        return windows.get(row) != windows.get(row - 1) || documents.get(row) != documents.get(row - 1);
    }

    /** The last row that begins a window; 0 if none after the first does. */
    int lastWindow() {
        int row = rows - 1;
        while (row > 0 && !beginsWindow(row)) {
            row--;
        }
        return Math.max(row, 0);
    }

    /** The batch in the engine's memory; on the compute thread. */
    public Batch toDevice(NDManager manager) {
        ByteBuffer values = activations.duplicate().order(ByteOrder.nativeOrder());
        values.position(0).limit(rows * width * Float.BYTES);
        return new Batch(
                firstRow,
                manager.create(values, new Shape(rows, width), DataType.FLOAT32),
                tokenIds(),
                positions(),
                classes());
    }
}
