package dev.sluice.producer.corpus;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Rows of JSON lines; blank lines are passed over and are not counted as rows. */
final class JsonLinesReader implements RowReader {

    private static final int BUFFER_BYTES = 1 << 16;

    private final CountingInput stored;
    private final LineReader lines;
    private final String location;

    private JsonLinesReader(CountingInput stored, InputStream plain, String location) {
        this.stored = stored;
        this.lines = new LineReader(plain, location);
        this.location = location;
    }

    /** Takes over the stream; it is decompressed if the location ends with .gz or .zst. */
    static JsonLinesReader open(InputStream content, String location) throws IOException {
        CountingInput stored = new CountingInput(content);
        try {
            return new JsonLinesReader(stored, decompressed(stored, location.toLowerCase(Locale.ROOT)), location);
        } catch (IOException e) {
            content.close();
            throw e;
        }
    }

    private static InputStream decompressed(InputStream stored, String location) throws IOException {
        if (location.endsWith(".gz")) {
            return new GZIPInputStream(new BufferedInputStream(stored, BUFFER_BYTES), BUFFER_BYTES);
        }
        return location.endsWith(".zst") ? new ZstdInputStream(stored) : stored;
    }

    @Override
    public @Nullable Row next() throws IOException {
        ByteBuffer line = nextLine();
        return line == null ? null : JsonRow.parse(line, place());
    }

    @Override
    public long skip(long rows) throws IOException {
        long skipped = 0;
        while (skipped < rows && nextLine() != null) {
            skipped++;
        }
        return skipped;
    }

    private @Nullable ByteBuffer nextLine() throws IOException {
        try {
            ByteBuffer line = lines.next();
            while (line != null && blank(line)) {
                line = lines.next();
            }
            return line;
        } catch (IOException e) {
            throw new IOException("after line " + lines.number() + ": " + e.getMessage(), e);
        }
    }

    private static boolean blank(ByteBuffer line) {
        for (int i = line.position(); i < line.limit(); i++) {
            if (line.get(i) != ' ' && line.get(i) != '\t') {
                return false;
            }
        }
        return true;
    }

    private String place() {
        return location + ", line " + lines.number();
    }

    @Override
    public long bytesRead() {
        return stored.count();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
