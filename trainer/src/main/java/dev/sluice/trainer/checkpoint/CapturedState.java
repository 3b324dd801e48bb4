package dev.sluice.trainer.checkpoint;

import ai.djl.ndarray.NDArray;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.SafetensorsWriter;
import dev.sluice.producer.tensor.Tensor;
import dev.sluice.trainer.dictionary.StateSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A learner's state: taken on the compute thread, written to a file on another, while the learner stands still. The large
 * tensors are read where they are, not copied: the states of many variants would not fit beside the variants.
 */
public final class CapturedState implements StateSink {
    private final List<Tensor> tensors = new ArrayList<>();

    @Override
    public void tensor(String name, NDArray value) {
        ByteBuffer source = value.toByteBuffer(true);
        add(name, value, ByteBuffer.allocate(source.remaining()).put(source).flip());
    }

    @Override
    public void standing(String name, NDArray value) {
        if (value.getDevice().isGpu()) { // what comes from there is a copy, and closed with the caller's scope
            tensor(name, value);
        } else {
            add(name, value, value.toByteBuffer(true));
        }
    }

    private void add(String name, NDArray value, ByteBuffer data) {
        Dtype dtype = switch (value.getDataType()) {
            case FLOAT32 -> Dtype.F32;
            case FLOAT64 -> Dtype.F64;
            case INT32 -> Dtype.I32;
            case INT64 -> Dtype.I64;
            default ->
                throw new IllegalArgumentException(
                        "state." + name + " must be float32, float64, int32 or int64, got " + value.getDataType());
        };
        tensors.add(Tensor.of(name, dtype, value.getShape().getShape(), data));
    }

    @Override
    public void longs(String name, long[] values) {
        tensors.add(Tensor.ofLongs(name, values, values.length));
    }

    @Override
    public void doubles(String name, double[] values) {
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.asDoubleBuffer().put(values);
        tensors.add(Tensor.of(name, Dtype.F64, new long[] {values.length}, data));
    }

    /** A float32 tensor, row-major, of values that no engine holds. */
    public void floats(String name, float[] values, long... shape) {
        tensors.add(Tensor.ofFloats(name, values, shape));
    }

    void addTo(SafetensorsWriter writer) {
        tensors.forEach(writer::tensor);
    }
}
