package dev.sluice.producer.corpus.parquet;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.brotli.dec.BrotliInputStream;

/**
 * Decompresses Parquet pages without Hadoop's codecs; a page may declare at most {@link #MAX_PAGE_BYTES}, and must hold
 * exactly what it declares.
 */
final class PageCodecs implements CompressionCodecFactory {

    static final int MAX_PAGE_BYTES = 1 << 28;

    static final Set<CompressionCodecName> SUPPORTED = EnumSet.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.BROTLI,
            CompressionCodecName.LZ4,
            CompressionCodecName.LZ4_RAW,
            CompressionCodecName.ZSTD);

    static boolean reads(CompressionCodecName codec) {
        return SUPPORTED.contains(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Page(codec);
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("pages are only read here");
    }

    @Override
    public void release() {}

    /** Decompresses the pages of one codec. */
    private record Page(CompressionCodecName codec) implements BytesInputDecompressor {

        @Override
        public BytesInput decompress(BytesInput page, int size) throws IOException {
            return BytesInput.from(plain(page.toInputStream().readAllBytes(), size));
        }

        @Override
        public void decompress(ByteBuffer page, int compressedSize, ByteBuffer target, int size) throws IOException {
            byte[] compressed = new byte[compressedSize];
            page.get(compressed);
            target.put(plain(compressed, size));
        }

        @Override
        public void release() {}

        private byte[] plain(byte[] page, int size) throws IOException {
            if (size < 0 || size > MAX_PAGE_BYTES) {
                throw new IOException("a page must declare at most " + MAX_PAGE_BYTES + " bytes, got "
                        + Integer.toUnsignedLong(size));
            }
            byte[] plain = new byte[size];
            int length = size == 0 ? 0 : decompress(page, plain);
            if (length != size) {
                throw new IOException(
                        "a " + codec + " page must hold the " + size + " bytes it declares, got " + length);
            }
            return plain;
        }

        private int decompress(byte[] page, byte[] plain) throws IOException {
            return switch (codec) {
                case UNCOMPRESSED -> copy(page, plain);
                case SNAPPY -> new SnappyDecompressor().decompress(page, 0, page.length, plain, 0, plain.length);
                case GZIP -> read(new GZIPInputStream(new ByteArrayInputStream(page)), plain);
                case BROTLI -> read(new BrotliInputStream(new ByteArrayInputStream(page)), plain);
                case LZ4_RAW -> lz4(page, 0, page.length, plain, 0);
                case LZ4 -> framedLz4(page, plain);
                case ZSTD -> zstd(page, plain);
                case LZO -> throw new IOException("compression codec LZO is not supported");
            };
        }

        private static int copy(byte[] page, byte[] plain) {
            System.arraycopy(page, 0, plain, 0, Math.min(page.length, plain.length));
            return page.length;
        }

        private static int zstd(byte[] page, byte[] plain) throws IOException {
            long length = Zstd.decompressByteArray(plain, 0, plain.length, page, 0, page.length);
            if (Zstd.isError(length)) {
                throw new IOException("a ZSTD page is damaged: " + Zstd.getErrorName(length));
            }
            return Math.toIntExact(length);
        }

        private static int read(InputStream content, byte[] plain) throws IOException {
            try (content) {
                int length = content.readNBytes(plain, 0, plain.length);
                return content.read() < 0 ? length : length + 1;
            }
        }

        private static int lz4(byte[] page, int from, int length, byte[] plain, int to) {
            return new Lz4Decompressor().decompress(page, from, length, plain, to, plain.length - to);
        }

        /** Hadoop's frames of (plain size, compressed size, block), big-endian; older Arrow wrote a bare block. */
        private static int framedLz4(byte[] page, byte[] plain) {
            ByteBuffer frames = ByteBuffer.wrap(page);
            int written = 0;
            while (frames.remaining() >= 2 * Integer.BYTES) {
                int size = frames.getInt();
                int compressed = frames.getInt();
                boolean fits = size >= 0 && size <= plain.length - written;
                if (!fits || compressed < 0 || compressed > frames.remaining()) {
                    return lz4(page, 0, page.length, plain, 0);
                }
                written += lz4(page, frames.position(), compressed, plain, written);
                frames.position(frames.position() + compressed);
            }
            return written;
        }
    }
}
