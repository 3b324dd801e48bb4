package dev.sluice.evaluator.tracking;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What is read back of an event: enough to know it again.
 *
 * @param wallTime seconds since 1970
 * @param step tokens
 * @param tag of its first value, empty if it has none
 * @param isStart another training counts from here on
 */
record WrittenEvent(double wallTime, long step, String tag, boolean isStart) {
    private static final int TYPE = 7;
    private static final int TYPE_BITS = 3;
    private static final int GROUP_BITS = 7;
    private static final int GROUP = (1 << GROUP_BITS) - 1;

    /** @throws java.nio.BufferUnderflowException if the bytes are no message */
    static WrittenEvent of(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        double wallTime = 0;
        long step = 0;
        String tag = "";
        boolean isStart = false;
        while (in.hasRemaining()) {
            long head = varint(in);
            switch ((int) (head >>> TYPE_BITS)) {
                case Event.WALL_TIME -> wallTime = in.getDouble();
                case Event.STEP -> step = varint(in);
                case Event.SUMMARY -> tag = firstTag(delimited(in));
                case Event.SESSION_LOG -> {
                    delimited(in);
                    isStart = true;
                }
                default -> skip(in, (int) (head & TYPE));
            }
        }
        return new WrittenEvent(wallTime, step, tag, isStart);
    }

    /** The tag of the first value of a summary: both are the first fields of their messages. */
    private static String firstTag(ByteBuffer summary) {
        if (!summary.hasRemaining() || varint(summary) >>> TYPE_BITS != Event.VALUE) {
            return "";
        }
        ByteBuffer value = delimited(summary);
        return varint(value) >>> TYPE_BITS == Event.TAG
                ? StandardCharsets.UTF_8.decode(delimited(value)).toString()
                : "";
    }

    private static ByteBuffer delimited(ByteBuffer in) {
        int length = (int) varint(in);
        ByteBuffer content = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return content;
    }

    private static void skip(ByteBuffer in, int type) {
        switch (type) {
            case 0 -> varint(in);
            case 1 -> in.getDouble();
            case 2 -> delimited(in);
            default -> in.getInt();
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        byte group;
        do {
            group = in.get();
            value |= (long) (group & GROUP) << shift;
            shift += GROUP_BITS;
        } while (group < 0);
        return value;
    }
}
