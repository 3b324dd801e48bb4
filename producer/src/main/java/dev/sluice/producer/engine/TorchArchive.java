package dev.sluice.producer.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The smallest archive that {@code torch::jit::load} reads: a class {@code M} with the given methods and no state.
 * Entries are stored, not deflated; {@code data.pkl} is the pickle of {@code M} with {@code training = False}.
 */
final class TorchArchive {
    private static final String CLASS_HEAD =
            "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";

    private static final byte[] EMPTY_TUPLE_PICKLE = {(byte) 0x80, 2, ')', '.'};

    private TorchArchive() {}

    /** @param methods Python-like text: {@code def name(self, x: Tensor) -> Tensor:} at the left margin */
    static byte[] of(String methods) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "m/data.pkl", modulePickle());
            put(zip, "m/code/__torch__.py", (CLASS_HEAD + methods.indent(2)).getBytes(StandardCharsets.UTF_8));
            put(zip, "m/constants.pkl", EMPTY_TUPLE_PICKLE);
            put(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] modulePickle() {
        byte[] attribute = "training".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer pickle = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        pickle.put((byte) 0x80).put((byte) 2); // protocol 2
        pickle.put("c__torch__\nM\n".getBytes(StandardCharsets.US_ASCII)); // the class
        pickle.put((byte) ')').put((byte) 0x81).put((byte) '}'); // M.__new__(), an empty dict
        pickle.put((byte) 'X')
                .putInt(attribute.length)
                .put(attribute)
                .put((byte) 0x89)
                .put((byte) 's'); // = False
        pickle.put((byte) 'b').put((byte) '.'); // its state; stop
        byte[] bytes = new byte[pickle.flip().remaining()];
        pickle.get(bytes);
        return bytes;
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
