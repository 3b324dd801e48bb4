package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a file begins with, against what its name says it is: a pickle may run any code when it is loaded. */
final class FileContent {

    private static final int HEAD_BYTES = 16;
    private static final int PICKLE_PROTOCOL = 0x80;
    private static final int NEWEST_PICKLE_PROTOCOL = 5;
    private static final List<String> PICKLES =
            List.of(".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".h5");

    private FileContent() {}

    /** Whether a name promises a format that is, or may hold, a pickle. */
    static boolean isPickle(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return PICKLES.stream().anyMatch(lower::endsWith);
    }

    /**
     * Looks at the first bytes of a safetensors, Parquet or JSON file.
     *
     * @param path as the repository names it
     * @throws HubException if it is something else
     */
    static void check(String path, Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        if (isPickle(path) || startsAsPickle(head)) {
            throw new HubException(path + " is a pickle, which can run any code when it is loaded, and is refused;"
                    + " models must be safetensors, data sets Parquet");
        }
        if (!startsAsNamed(path, head, Files.size(file))) {
            throw new HubException(path + " must begin as its name says, got the bytes " + hex(head));
        }
    }

    /** A pickle of protocol 2 or newer, or the zip that torch puts around one. */
    private static boolean startsAsPickle(byte[] head) {
        if (head.length < 4) {
            return false;
        }
        boolean pickle = (head[0] & 0xFF) == PICKLE_PROTOCOL
                && head[1] >= 2
                && head[1] <= NEWEST_PICKLE_PROTOCOL
                && !isSafetensors(head, Long.MAX_VALUE);
        boolean zip = head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
        return pickle || zip;
    }

    private static boolean startsAsNamed(String path, byte[] head, long size) {
        if (path.endsWith(".safetensors")) {
            return isSafetensors(head, size);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1).stripLeading();
        if (path.endsWith(".parquet")) {
            return text.startsWith("PAR1");
        }
        return !path.endsWith(".json") || text.startsWith("{") || text.startsWith("[");
    }

    /** The length of a JSON header, and the header's brace. */
    private static boolean isSafetensors(byte[] head, long size) {
        if (head.length <= Long.BYTES || head[Long.BYTES] != '{') {
            return false;
        }
        long header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return header > 1 && header <= size - Long.BYTES;
    }

    private static String hex(byte[] head) {
        StringBuilder text = new StringBuilder();
        for (byte b : head) {
            text.append(String.format("%02x ", b & 0xFF));
        }
        return text.toString().strip();
    }
}
