package dev.sluice.trainer.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Direct buffers that are used again, because the garbage collector returns their memory late. Thread-safe. */
public final class DirectBuffers {
    private static final int KEPT = 64;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();

    /** A buffer in native order with position 0 and this limit; its content is undefined. */
    ByteBuffer take(int bytes) {
        ByteBuffer found = find(bytes);
        ByteBuffer buffer = found == null ? ByteBuffer.allocateDirect(bytes) : found;
        return buffer.clear().limit(bytes).order(ByteOrder.nativeOrder());
    }

    private synchronized @Nullable ByteBuffer find(int bytes) {
        for (Iterator<ByteBuffer> buffers = free.iterator(); buffers.hasNext(); ) {
            ByteBuffer buffer = buffers.next();
            if (buffer.capacity() >= bytes && buffer.capacity() / 2 <= bytes) {
                buffers.remove();
                return buffer;
            }
        }
        return null;
    }

    /** Takes a buffer back; nobody may use it any more. */
    synchronized void give(ByteBuffer buffer) {
        if (free.size() < KEPT) {
            free.addFirst(buffer);
        }
    }
}
