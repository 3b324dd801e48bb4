package dev.sluice.producer.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** A named, dense, row-major tensor: a view of little-endian bytes that it does not own. */
public final class Tensor {
    private final String name;
    private final Dtype dtype;
    private final long[] shape;
    private final ByteBuffer data;

    private Tensor(String name, Dtype dtype, long[] shape, ByteBuffer data) {
        this.name = name;
        this.dtype = dtype;
        this.shape = shape;
        this.data = data;
    }

    /** A view of what remains of {@code data}, which must be exactly {@code shape} elements of {@code dtype}. */
    public static Tensor of(String name, Dtype dtype, long[] shape, ByteBuffer data) {
        long expected = byteSize(name, dtype, shape);
        if (data.remaining() != expected) {
            throw new SafetensorsException(
                    name,
                    dtype + Arrays.toString(shape) + " must have " + expected + " bytes, got " + data.remaining());
        }
        return new Tensor(name, dtype, shape.clone(), data.slice());
    }

    /** An F32 tensor with a copy of the values. */
    public static Tensor ofFloats(String name, float[] values, long... shape) {
        ByteBuffer data = allocate(values.length, Dtype.F32);
        data.asFloatBuffer().put(values);
        return of(name, Dtype.F32, shape, data);
    }

    /** An I32 tensor with a copy of the values. */
    public static Tensor ofInts(String name, int[] values, long... shape) {
        ByteBuffer data = allocate(values.length, Dtype.I32);
        data.asIntBuffer().put(values);
        return of(name, Dtype.I32, shape, data);
    }

    /** An I64 tensor with a copy of the values. */
    public static Tensor ofLongs(String name, long[] values, long... shape) {
        ByteBuffer data = allocate(values.length, Dtype.I64);
        data.asLongBuffer().put(values);
        return of(name, Dtype.I64, shape, data);
    }

    public String name() {
        return name;
    }

    public Dtype dtype() {
        return dtype;
    }

    public long[] shape() {
        return shape.clone();
    }

    public long elements() {
        return data.limit() / dtype.bytes();
    }

    /** The elements: a fresh read-only little-endian view from position 0 to the end. */
    public ByteBuffer data() {
        return data.asReadOnlyBuffer().rewind().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The elements of an F32, F16 or BF16 tensor, widened where needed. */
    public float[] toFloats() {
        requireFloats();
        float[] values = new float[(int) elements()];
        copyFloatsTo(FloatBuffer.wrap(values));
        return values;
    }

    /** Puts all elements of an F32, F16 or BF16 tensor into {@code target}, widened where needed, and moves it on. */
    public void copyFloatsTo(FloatBuffer target) {
        requireFloats();
        int count = (int) elements();
        if (target.remaining() < count) {
            throw new SafetensorsException(name, count + " elements do not fit a buffer of " + target.remaining());
        }
        FloatBuffer window = target.slice().limit(count);
        switch (dtype) {
            case F16 -> HalfFloats.widenHalves(data(), window);
            case BF16 -> HalfFloats.widenBfloat16s(data(), window);
            default -> window.put(data().asFloatBuffer());
        }
        target.position(target.position() + count);
    }

    /** The elements of an I32 tensor. */
    public int[] toInts() {
        require(Dtype.I32);
        int[] values = new int[(int) elements()];
        data().asIntBuffer().get(values);
        return values;
    }

    /** The elements of an I64 tensor. */
    public long[] toLongs() {
        require(Dtype.I64);
        long[] values = new long[(int) elements()];
        data().asLongBuffer().get(values);
        return values;
    }

    private void require(Dtype expected) {
        if (dtype != expected) {
            throw new SafetensorsException(name, "dtype must be " + expected + ", got " + dtype);
        }
    }

    private void requireFloats() {
        if (!dtype.widensToFloat()) {
            throw new SafetensorsException(name, "dtype must be F32, F16 or BF16, got " + dtype);
        }
    }

    /** Bytes of {@code shape} elements of {@code dtype}; refuses negative dimensions and overflow. */
    static long byteSize(String name, Dtype dtype, long[] shape) {
        try {
            long bytes = dtype.bytes();
            for (long dimension : shape) {
                if (dimension < 0) {
                    throw new SafetensorsException(
                            name, "dimensions must not be negative, got " + Arrays.toString(shape));
                }
                bytes = Math.multiplyExact(bytes, dimension);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw new SafetensorsException(name, "the size of " + dtype + Arrays.toString(shape) + " must fit 63 bits");
        }
    }

    private static ByteBuffer allocate(int elements, Dtype dtype) {
        return ByteBuffer.allocate(Math.multiplyExact(elements, dtype.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return name + " " + dtype + Arrays.toString(shape);
    }
}
