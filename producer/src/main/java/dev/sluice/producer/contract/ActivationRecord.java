package dev.sluice.producer.contract;

import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.HalfFloats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Objects;

/**
 * Some rows of a stream: the value of one Kafka record, which is one safetensors file, so that Python's
 * {@code safetensors.torch.load(message.value())} reads it too.
 *
 * <pre>
 *  documents   I64 [rows]            0-based place of the document in the corpus
 *  windows     I32 [rows]            0-based ordinal of the window within its document
 *  token_ids   I32 [rows]
 *  positions   I32 [rows]            from 0 in the window
 *  subsets     I32 [rows]            index into the names in the metadata
 *  activations F16|BF16|F32 [rows, width]
 *  classes     U8  [rows]            {@link RowClass}
 *  __metadata__: version, stream_digest, order_digest, model, hook, first_row (decimal), subsets (JSON array of names)
 * </pre>
 *
 * The document, the window and the position find a row's token in the corpus, and with it the tokens around it. Records
 * of streams of equal order digest join by row number.
 *
 * <p>
 * A decoded record is a view of the bytes it was decoded from; it holds no copy and must not outlive them. Immutable
 * and safe for several threads.
 */
public final class ActivationRecord {
    /** Of the layout above; the only one that this code reads. */
    public static final int VERSION = 2;

    /** A record aims at this size, header included. */
    public static final int TARGET_BYTES = 1 << 20;

    /** What a record's header and metadata are expected to need at most. */
    static final int HEADER_ALLOWANCE_BYTES = 4096;

    /** documents, windows, token_ids, positions, subsets, classes. */
    private static final int LABEL_BYTES_PER_ROW = Long.BYTES + 4 * Integer.BYTES + 1;

    private final ByteBuffer bytes;
    private final RecordMetadata metadata;
    private final Dtype dtype;
    private final int rows;
    private final int width;
    private final ByteBuffer activations;
    private final LongBuffer documents;
    private final IntBuffer windows;
    private final IntBuffer tokenIds;
    private final IntBuffer positions;
    private final IntBuffer subsets;
    private final ByteBuffer classes;

    ActivationRecord(RecordLayout layout) {
        this.bytes = layout.bytes();
        this.metadata = layout.metadata();
        this.dtype = layout.activations().dtype();
        this.rows = layout.rows();
        this.width = layout.width();
        this.activations = layout.activations().data();
        RecordLayout.Labels labels = layout.labels();
        this.documents = labels.documents();
        this.windows = labels.windows();
        this.tokenIds = labels.tokenIds();
        this.positions = labels.positions();
        this.subsets = labels.subsets();
        this.classes = labels.classes();
    }

    /**
     * Reads what remains of {@code value} without copying or moving it; any byte order, alignment and kind of buffer.
     *
     * @throws ContractException if anything is not as the layout says, or a value is NaN or infinite
     */
    public static ActivationRecord decode(ByteBuffer value) {
        return new ActivationRecord(RecordLayout.read(value.slice().asReadOnlyBuffer()));
    }

    /** Rows of a full record: what fits {@link #TARGET_BYTES} after the allowance for the header, at least one. */
    public static int rowsPerRecord(StreamSpec spec) {
        long bytesPerRow = (long) spec.width() * Dtype.valueOf(spec.dtype()).bytes() + LABEL_BYTES_PER_ROW;
        return (int) Math.max(1, (TARGET_BYTES - HEADER_ALLOWANCE_BYTES) / bytesPerRow);
    }

    /** Row number of the first row in its stream. */
    public long firstRow() {
        return metadata.firstRow();
    }

    public int rows() {
        return rows;
    }

    public int width() {
        return width;
    }

    /** F16, BF16 or F32. */
    public Dtype dtype() {
        return dtype;
    }

    public String streamDigest() {
        return metadata.streamDigest();
    }

    /** Of everything that fixes the order of the stream's rows: see {@link StreamSpec#orderDigest}. */
    public String orderDigest() {
        return metadata.orderDigest();
    }

    public String model() {
        return metadata.model();
    }

    public String hook() {
        return metadata.hook();
    }

    /** The names of the subsets that occur in this record. */
    public List<String> subsets() {
        return metadata.subsets();
    }

    public int tokenId(int row) {
        return tokenIds.get(row);
    }

    public long document(int row) {
        return documents.get(row);
    }

    /** 0-based ordinal of the row's window within its document. */
    public int window(int row) {
        return windows.get(row);
    }

    public int position(int row) {
        return positions.get(row);
    }

    /** The name of the row's subset; may be empty. */
    public String subset(int row) {
        return metadata.subsets().get(subsets.get(row));
    }

    public RowClass rowClass(int row) {
        return RowClass.of(classes.get(row));
    }

    /** Documents of all rows: a fresh read-only view [rows]. */
    public LongBuffer documents() {
        return documents.duplicate();
    }

    /** Ordinals of the windows of all rows within their documents: a fresh read-only view [rows]. */
    public IntBuffer windows() {
        return windows.duplicate();
    }

    /** Token ids of all rows: a fresh read-only view [rows]. */
    public IntBuffer tokenIds() {
        return tokenIds.duplicate();
    }

    /** Positions of all rows: a fresh read-only view [rows]. */
    public IntBuffer positions() {
        return positions.duplicate();
    }

    /** Codes of the {@linkplain RowClass classes} of all rows: a fresh read-only view [rows]. */
    public ByteBuffer classes() {
        return classes.duplicate();
    }

    /** Size of the value. */
    public int byteSize() {
        return bytes.limit();
    }

    /** The whole value: a fresh read-only view. */
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /**
     * Puts {@code count} rows [count, width] into {@code target}, widened to float32, and moves it on.
     *
     * @throws IllegalArgumentException if the rows do not exist or do not fit
     */
    public void copyActivations(int fromRow, int count, FloatBuffer target) {
        Objects.checkFromIndexSize(fromRow, count, rows);
        int values = Math.multiplyExact(count, width);
        if (target.remaining() < values) {
            throw new IllegalArgumentException(
                    "target must have room for " + values + " floats, got " + target.remaining());
        }
        ByteBuffer source = activations
                .slice(fromRow * width * dtype.bytes(), values * dtype.bytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer window = target.slice().limit(values);
        switch (dtype) {
            case F16 -> HalfFloats.widenHalves(source, window);
            case BF16 -> HalfFloats.widenBfloat16s(source, window);
            default -> window.put(source.asFloatBuffer());
        }
        target.position(target.position() + values);
    }

    /** As {@link #copyActivations(int, int, FloatBuffer)}, in the byte order that {@code target} has. */
    public void copyActivations(int fromRow, int count, ByteBuffer target) {
        FloatBuffer floats = target.asFloatBuffer();
        copyActivations(fromRow, count, floats);
        target.position(target.position() + floats.position() * Float.BYTES);
    }

    /**
     * Checks that this record belongs to a stream.
     *
     * @throws ContractException naming the field that differs
     */
    public ActivationRecord require(StreamSpec spec) {
        require("stream_digest", spec.digest(), streamDigest());
        require("order_digest", spec.orderDigest(), orderDigest());
        require("hook", spec.hook(), hook());
        require("width", Integer.toString(spec.width()), Integer.toString(width));
        require("dtype", spec.dtype(), dtype.name());
        return this;
    }

    private static void require(String field, String expected, String found) {
        if (!expected.equals(found)) {
            throw new ContractException("record." + field + " must be " + expected + ", got " + found);
        }
    }

    @Override
    public String toString() {
        return "rows " + firstRow() + " to " + (firstRow() + rows - 1) + " of " + hook() + ", " + dtype + "[" + rows
                + ", " + width + "]";
    }
}
