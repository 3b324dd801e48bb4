package dev.sluice.producer.contract;

import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.HalfFloats;
import dev.sluice.producer.tensor.SafetensorsWriter;
import dev.sluice.producer.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the value bytes of {@link ActivationRecord}s of one stream, row by row; equal rows give equal bytes. Not safe
 * for several threads; reused from record to record.
 */
public final class ActivationEncoder {
    private final StreamSpec spec;
    private final String digest;
    private final String orderDigest;
    private final Dtype dtype;
    private final int capacity;
    private final ByteBuffer activations;
    private final ByteBuffer documents;
    private final ByteBuffer windows;
    private final ByteBuffer tokenIds;
    private final ByteBuffer positions;
    private final ByteBuffer subsets;
    private final ByteBuffer classes;
    private final Map<String, Integer> subsetIds = new LinkedHashMap<>();
    private int rows;

    public ActivationEncoder(StreamSpec spec) {
        this.spec = spec;
        this.digest = spec.digest();
        this.orderDigest = spec.orderDigest();
        this.dtype = Dtype.valueOf(spec.dtype());
        this.capacity = ActivationRecord.rowsPerRecord(spec);
        this.activations = allocate(Math.multiplyExact(spec.width(), dtype.bytes()));
        this.documents = allocate(Long.BYTES);
        this.windows = allocate(Integer.BYTES);
        this.tokenIds = allocate(Integer.BYTES);
        this.positions = allocate(Integer.BYTES);
        this.subsets = allocate(Integer.BYTES);
        this.classes = allocate(1);
    }

    private ByteBuffer allocate(int bytesPerRow) {
        return ByteBuffer.allocate(Math.multiplyExact(capacity, bytesPerRow)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Rows that fit one record. */
    public int capacity() {
        return capacity;
    }

    /** Rows added since the last {@link #finish}. */
    public int rows() {
        return rows;
    }

    /**
     * Adds a row.
     *
     * @param values of the row, [width] remaining, finite and within the range of the stream's dtype; not moved
     */
    public void add(FloatBuffer values, RowLabel label) {
        if (rows == capacity) {
            throw new IllegalStateException("a record must have at most " + capacity + " rows");
        }
        if (values.remaining() != spec.width()) {
            throw new IllegalArgumentException(
                    "a row must have " + spec.width() + " values, got " + values.remaining());
        }
        put(values);
        put(label);
        rows++;
    }

    private void put(FloatBuffer values) {
        switch (dtype) {
            case F16 -> HalfFloats.narrowToHalves(values, activations);
            case BF16 -> HalfFloats.narrowToBfloat16s(values, activations);
            default ->
                activations
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .put(values.duplicate());
        }
        activations.position(activations.position() + spec.width() * dtype.bytes());
    }

    private void put(RowLabel label) {
        documents.putLong(label.document());
        windows.putInt(label.window());
        positions.putInt(label.position());
        tokenIds.putInt(label.tokenId());
        subsets.putInt(subsetIds.computeIfAbsent(label.subset(), name -> subsetIds.size()));
        classes.put(label.rowClass().code());
    }

    /**
     * The bytes of a record with the rows added since the last call.
     *
     * @param firstRow row number of the first of them
     */
    public byte[] finish(long firstRow) {
        if (rows == 0) {
            throw new IllegalStateException("a record must have at least one row");
        }
        RecordMetadata metadata = new RecordMetadata(
                digest, orderDigest, spec.model(), spec.hook(), firstRow, List.copyOf(subsetIds.keySet()));
        byte[] value = new SafetensorsWriter()
                .metadata(metadata.entries())
                .tensor(labels("documents", Dtype.I64, documents))
                .tensor(labels("windows", Dtype.I32, windows))
                .tensor(labels("token_ids", Dtype.I32, tokenIds))
                .tensor(labels("positions", Dtype.I32, positions))
                .tensor(labels("subsets", Dtype.I32, subsets))
                .tensor(Tensor.of("activations", dtype, new long[] {rows, spec.width()}, activations.flip()))
                .tensor(labels("classes", Dtype.U8, classes))
                .toBytes();
        clear();
        return value;
    }

    private Tensor labels(String name, Dtype type, ByteBuffer data) {
        return Tensor.of(name, type, new long[] {rows}, data.flip());
    }

    private void clear() {
        rows = 0;
        subsetIds.clear();
        for (ByteBuffer buffer : List.of(activations, documents, windows, tokenIds, positions, subsets, classes)) {
            buffer.clear();
        }
    }
}
