package dev.sluice.producer.corpus.parquet;

import java.nio.ByteBuffer;
import org.apache.parquet.io.ParquetDecodingException;

/** Walks one DELTA_BINARY_PACKED section, whose header declares how much a decoder allocates. */
final class DeltaLengths {

    private static final int MAX_BLOCK = 1 << 16;

    private DeltaLengths() {}

    /** Checks the header against the page's count of values and leaves the buffer after the section. */
    static void check(ByteBuffer in, int count) {
        long block = Varint.unsigned32(in);
        long miniBlocks = Varint.unsigned32(in);
        long values = Varint.unsigned32(in);
        if (block == 0 || block > MAX_BLOCK || miniBlocks == 0 || block % (miniBlocks * 8) != 0) {
            throw new ParquetDecodingException(
                    "a delta block must be a multiple of 8 values for each mini block and at most " + MAX_BLOCK
                            + ", got " + block + " in " + miniBlocks);
        }
        if (values > count) {
            throw new ParquetDecodingException(
                    "a delta section must have at most the page's " + count + " values, got " + values);
        }
        Varint.unsigned64(in);
        long miniBlock = block / miniBlocks;
        for (long left = values - 1; left > 0; left -= block) {
            Varint.unsigned64(in);
            skipBlock(in, (int) miniBlocks, miniBlock, left);
        }
    }

    private static void skipBlock(ByteBuffer in, int miniBlocks, long miniBlock, long left) {
        byte[] widths = new byte[Math.min(miniBlocks, in.remaining())];
        in.get(widths);
        for (int i = 0; i < widths.length && left > i * miniBlock; i++) {
            long bytes = miniBlock * (widths[i] & 0xFF) / 8;
            in.position((int) Math.min(in.position() + bytes, in.limit()));
        }
    }
}
