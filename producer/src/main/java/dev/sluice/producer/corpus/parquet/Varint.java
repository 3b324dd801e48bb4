package dev.sluice.producer.corpus.parquet;

import java.nio.ByteBuffer;
import org.apache.parquet.io.ParquetDecodingException;

/** Little-endian base-128 numbers of Parquet's encodings. */
final class Varint {

    private Varint() {}

    /** An unsigned number of at most 32 bits. */
    static long unsigned32(ByteBuffer in) {
        long value = unsigned64(in);
        if (value < 0 || value > 0xFFFF_FFFFL) {
            throw new ParquetDecodingException(
                    "a number must have at most 32 bits, got " + Long.toUnsignedString(value));
        }
        return value;
    }

    /** An unsigned number of at most 64 bits, or the bits of a signed one. */
    static long unsigned64(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new ParquetDecodingException("a number must have at most 64 bits");
    }
}
