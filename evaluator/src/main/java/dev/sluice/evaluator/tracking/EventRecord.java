package dev.sluice.evaluator.tracking;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The frame of a record in an event file, little-endian:
 *
 * <pre>
 *   u64 length | u32 masked CRC-32C of the length | length bytes | u32 masked CRC-32C of them
 * </pre>
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">The format</a>
 */
final class EventRecord {
    private static final int MASK = 0xa282ead8;
    private static final int ROTATION = 15;
    private static final int HEAD = Long.BYTES + Integer.BYTES;

    private EventRecord() {}

    static byte[] framed(byte[] content) {
        ByteBuffer frame = littleEndian(ByteBuffer.allocate(HEAD + content.length + Integer.BYTES));
        frame.putLong(content.length);
        frame.putInt(maskedCrc(frame.array(), 0, Long.BYTES));
        frame.put(content);
        frame.putInt(maskedCrc(content, 0, content.length));
        return frame.array();
    }

    /** The content of the next record; null if no whole record follows, and then the buffer stays where it is. */
    static byte @Nullable [] next(ByteBuffer file) {
        ByteBuffer rest = littleEndian(file.slice());
        if (rest.remaining() < HEAD) {
            return null;
        }
        byte[] length = new byte[Long.BYTES];
        rest.get(length);
        long bytes = littleEndian(ByteBuffer.wrap(length)).getLong();
        if (rest.getInt() != maskedCrc(length, 0, length.length)
                || bytes < 0
                || bytes > rest.remaining() - Integer.BYTES) {
            return null;
        }
        byte[] content = new byte[(int) bytes];
        rest.get(content);
        if (rest.getInt() != maskedCrc(content, 0, content.length)) {
            return null;
        }
        file.position(file.position() + rest.position());
        return content;
    }

    private static int maskedCrc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), ROTATION) + MASK;
    }

    private static ByteBuffer littleEndian(ByteBuffer buffer) {
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }
}
