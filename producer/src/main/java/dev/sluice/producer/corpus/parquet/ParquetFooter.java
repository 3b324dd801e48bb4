package dev.sluice.producer.corpus.parquet;

import dev.sluice.producer.corpus.CorpusException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks a Parquet file's magic, footer length and declared container sizes, before the library believes them. */
final class ParquetFooter {

    private static final int MAGIC_BYTES = 4;
    private static final int TAIL_BYTES = 8;
    private static final int MAX_FOOTER_BYTES = 1 << 26;
    private static final String MAGIC = "PAR1";

    private ParquetFooter() {}

    static void check(Path path) throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(path)) {
            long size = file.size();
            if (size < MAGIC_BYTES + TAIL_BYTES) {
                throw new CorpusException(path + ": a Parquet file must have at least " + (MAGIC_BYTES + TAIL_BYTES)
                        + " bytes, got " + size);
            }
            ByteBuffer tail = read(file, size - TAIL_BYTES, TAIL_BYTES);
            int footer = tail.getInt();
            magic(path, "begin", read(file, 0, MAGIC_BYTES));
            magic(path, "end", tail);
            if (footer < 0 || footer > size - MAGIC_BYTES - TAIL_BYTES || footer > MAX_FOOTER_BYTES) {
                throw new CorpusException(path + ": the Parquet footer must lie in the file of " + size
                        + " bytes and have at most " + MAX_FOOTER_BYTES + ", got a length of "
                        + Integer.toUnsignedLong(footer));
            }
            CompactThrift.check(read(file, size - TAIL_BYTES - footer, footer), path + ": the Parquet footer");
        }
    }

    private static void magic(Path path, String place, ByteBuffer bytes) {
        byte[] found = new byte[MAGIC_BYTES];
        bytes.get(found);
        String text = new String(found, StandardCharsets.ISO_8859_1);
        if (!text.equals(MAGIC)) {
            String hint = text.equals("PARE") ? " (an encrypted file)" : "";
            throw new CorpusException(String.format(
                    "%s: a Parquet file must %s with the magic PAR1, got bytes %02x %02x %02x %02x%s",
                    path, place, found[0], found[1], found[2], found[3], hint));
        }
    }

    private static ByteBuffer read(SeekableByteChannel file, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.position(at);
        while (bytes.hasRemaining()) {
            if (file.read(bytes) < 0) {
                throw new EOFException("the file ended at byte " + file.position() + " while it was read");
            }
        }
        return bytes.flip();
    }
}
