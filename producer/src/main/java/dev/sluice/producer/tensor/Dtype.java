package dev.sluice.producer.tensor;

/** The element types of a safetensors file that Sluice reads and writes; all little endian. */
public enum Dtype {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U8(1),
    BOOL(1);

    private final int bytes;

    Dtype(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element. */
    public int bytes() {
        return bytes;
    }

    /** True for the types whose every value is also a float: F32, F16, BF16. */
    public boolean widensToFloat() {
        return this == F32 || this == F16 || this == BF16;
    }
}
