package dev.sluice.producer.corpus.parquet;

import java.nio.ByteBuffer;
import org.apache.parquet.io.ParquetDecodingException;

/** Walks Parquet's run-length and bit-packing hybrid, whose runs declare how much a decoder allocates. */
final class RunLengths {

    private static final int GROUP = 8;

    private RunLengths() {}

    /**
     * Checks the runs up to the given count of values; a run may be longer than what is left only by its padding.
     *
     * @param bits width of a value, 0 to 32
     */
    static void check(ByteBuffer in, int bits, int count) {
        if (bits < 0 || bits > Integer.SIZE) {
            throw new ParquetDecodingException("a bit width must be 0 to 32, got " + bits);
        }
        for (long left = count; left > 0 && in.hasRemaining(); ) {
            long header = Varint.unsigned32(in);
            long values = (header & 1) == 1 ? GROUP * (header >>> 1) : header >>> 1;
            boolean packed = (header & 1) == 1;
            if (values == 0 || (packed && values >= left + GROUP * GROUP)) {
                throw new ParquetDecodingException("a run must have 1 to " + left + " values, got " + values);
            }
            long bytes = packed ? values / GROUP * bits : (bits + 7) / 8;
            in.position((int) Math.min(in.position() + bytes, in.limit()));
            left -= values;
        }
    }
}
