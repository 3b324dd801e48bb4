package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;

/** A checkpoint in memory. */
public final class MemoryState implements StateSink, StateSource {
    private record Entry(DataType type, Shape shape, List<Byte> bytes) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    public static MemoryState of(Learner learner) {
        MemoryState state = new MemoryState();
        learner.save(state);
        return state;
    }

    /** The same state but for one tensor. */
    public MemoryState without(String name) {
        MemoryState state = new MemoryState();
        state.entries.putAll(entries);
        state.entries.remove(name);
        return state;
    }

    /** The same state but for one float32 vector, which has one value everywhere. */
    public MemoryState with(String name, float value) {
        MemoryState state = new MemoryState();
        state.entries.putAll(entries);
        Entry old = Objects.requireNonNull(state.entries.remove(name), name);
        float[] values = new float[old.bytes().size() / Float.BYTES];
        Arrays.fill(values, value);
        ByteBuffer bytes = ByteBuffer.allocate(old.bytes().size()).order(java.nio.ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        state.put(name, old.type(), old.shape(), bytes);
        return state;
    }

    @Override
    public void tensor(String name, NDArray value) {
        put(name, value.getDataType(), value.getShape(), value.toByteBuffer());
    }

    @Override
    public void standing(String name, NDArray value) {
        tensor(name, value);
    }

    @Override
    public void longs(String name, long[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
        bytes.asLongBuffer().put(values);
        put(name, DataType.INT64, new Shape(values.length), bytes);
    }

    @Override
    public void doubles(String name, double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        put(name, DataType.FLOAT64, new Shape(values.length), bytes);
    }

    private void put(String name, DataType type, Shape shape, ByteBuffer buffer) {
        List<Byte> bytes = new ArrayList<>();
        while (buffer.hasRemaining()) {
            bytes.add(buffer.get());
        }
        if (entries.put(name, new Entry(type, shape, bytes)) != null) {
            throw new IllegalStateException(name + " was saved twice");
        }
    }

    private ByteBuffer get(String name) {
        List<Byte> bytes = entry(name).bytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.size());
        bytes.forEach(buffer::put);
        return buffer.flip();
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new NoSuchElementException("no " + name + " among " + entries.keySet());
        }
        return entry;
    }

    @Override
    public NDArray tensor(String name, NDManager manager) {
        Entry entry = entry(name);
        return manager.create(get(name).order(java.nio.ByteOrder.nativeOrder()), entry.shape(), entry.type());
    }

    @Override
    public float[] floats(String name) {
        float[] values = new float[entry(name).bytes().size() / Float.BYTES];
        get(name).order(java.nio.ByteOrder.nativeOrder()).asFloatBuffer().get(values);
        return values;
    }

    @Override
    public long[] longs(String name) {
        long[] values = new long[entry(name).bytes().size() / Long.BYTES];
        get(name).asLongBuffer().get(values);
        return values;
    }

    @Override
    public double[] doubles(String name) {
        double[] values = new double[entry(name).bytes().size() / Double.BYTES];
        get(name).asDoubleBuffer().get(values);
        return values;
    }

    @Override
    public boolean has(String name) {
        return entries.containsKey(name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MemoryState that
                && entries.equals(that.entries)
                && List.copyOf(entries.keySet()).equals(List.copyOf(that.entries.keySet()));
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        entries.forEach((name, entry) -> text.append(name)
                .append(' ')
                .append(Arrays.hashCode(entry.bytes().toArray()))
                .append('\n'));
        return text.toString();
    }
}
