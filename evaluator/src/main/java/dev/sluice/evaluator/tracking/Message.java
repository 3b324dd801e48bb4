package dev.sluice.evaluator.tracking;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A protobuf message under construction: the few types of fields that event files have. Fields stand in the order of the calls. */
final class Message {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;
    private static final int TYPE_BITS = 3;
    private static final int GROUP_BITS = 7;
    private static final int GROUP = (1 << GROUP_BITS) - 1;
    private static final int MORE = 1 << GROUP_BITS;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    Message float64(int field, double value) {
        tag(field, FIXED_64);
        bytes.writeBytes(littleEndian(Double.BYTES).putDouble(value).array());
        return this;
    }

    Message float32(int field, float value) {
        tag(field, FIXED_32);
        bytes.writeBytes(littleEndian(Float.BYTES).putFloat(value).array());
        return this;
    }

    Message text(int field, String value) {
        return delimited(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
        return delimited(field, value.toByteArray());
    }

    /** A repeated field of float64, packed. */
    Message float64s(int field, List<Double> values) {
        byte[] packed = new byte[values.size() * Double.BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(buffer::putDouble);
        return delimited(field, packed);
    }

    private Message delimited(int field, byte[] value) {
        tag(field, LENGTH_DELIMITED);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void tag(int field, int type) {
        varint((long) field << TYPE_BITS | type);
    }

    /** Groups of seven bits, the lowest first; all but the last have the highest bit set. */
    private void varint(long value) {
        long left = value;
        while ((left & ~GROUP) != 0) {
            bytes.write((int) (left & GROUP) | MORE);
            left >>>= GROUP_BITS;
        }
        bytes.write((int) left);
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
