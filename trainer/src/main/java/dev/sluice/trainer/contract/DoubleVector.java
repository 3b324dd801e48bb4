package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/** An immutable vector of float64; on the wire base64 of its little-endian bytes. */
public final class DoubleVector {
    private final double[] values;

    private DoubleVector(double[] values) {
        this.values = values;
    }

    public static DoubleVector zeros(int length) {
        return new DoubleVector(new double[length]);
    }

    /** A vector of a copy of these values. */
    public static DoubleVector of(double... values) {
        return new DoubleVector(values.clone());
    }

    @JsonCreator
    static DoubleVector fromBase64(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (bytes.length % Double.BYTES != 0) {
            throw new IllegalArgumentException(
                    "a vector of float64 must have a multiple of 8 bytes, got " + bytes.length);
        }
        double[] values = new double[bytes.length / Double.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
        return new DoubleVector(values);
    }

    @JsonValue
    String toBase64() {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    public int length() {
        return values.length;
    }

    public double get(int index) {
        return values[index];
    }

    /** ‖v‖², summed in index order. */
    public double squaredNorm() {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return sum;
    }

    public DoubleVector plus(DoubleVector other) {
        if (other.values.length != values.length) {
            throw new IllegalArgumentException(
                    "cannot add a vector of " + other.values.length + " to one of " + values.length);
        }
        double[] sum = new double[values.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = values[i] + other.values[i];
        }
        return new DoubleVector(sum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DoubleVector that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
