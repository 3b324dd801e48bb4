package dev.sluice.producer.tensor;

import static java.util.Comparator.comparingLong;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file: an 8-byte little-endian header length, a JSON header, the tensors' bytes without gaps. Everything
 * is checked before anything is allocated; values are not (NaN is allowed here).
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class Safetensors {
    /** The format's own bound. */
    static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = Long.BYTES;

    private final Map<String, String> metadata;
    private final Map<String, Tensor> tensors;

    private interface Source {
        long size() throws IOException;

        ByteBuffer slice(long offset, int length) throws IOException;
    }

    private Safetensors(Map<String, String> metadata, Map<String, Tensor> tensors) {
        this.metadata = Collections.unmodifiableMap(metadata);
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Parses what remains of {@code bytes}; the tensors are views of it. Does not move the buffer.
     *
     * @throws SafetensorsException if the bytes are not exactly one valid file
     */
    public static Safetensors parse(ByteBuffer bytes) {
        ByteBuffer whole = bytes.slice();
        try {
            return read(new Source() {
                @Override
                public long size() {
                    return whole.limit();
                }

                @Override
                public ByteBuffer slice(long offset, int length) {
                    return whole.slice((int) offset, length);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException("memory does no I/O", e);
        }
    }

    /**
     * Opens a file of any size; each tensor is mapped by itself and may have up to 2 GiB. The maps live as long as
     * their tensors: do not truncate the file meanwhile.
     *
     * @throws SafetensorsException if the file is not valid; its message begins with the path
     */
    public static Safetensors open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(new Source() {
                @Override
                public long size() throws IOException {
                    return channel.size();
                }

                @Override
                public ByteBuffer slice(long offset, int length) throws IOException {
                    return channel.map(MapMode.READ_ONLY, offset, length);
                }
            });
        } catch (SafetensorsException e) {
            throw new SafetensorsException(path + ": " + e.getMessage(), e);
        }
    }

    private static Safetensors read(Source source) throws IOException {
        long size = source.size();
        if (size < LENGTH_BYTES) {
            throw new SafetensorsException("the file must have at least " + LENGTH_BYTES + " bytes, got " + size);
        }
        long headerBytes =
                source.slice(0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES || headerBytes > size - LENGTH_BYTES) {
            throw new SafetensorsException("the header length must be at most " + MAX_HEADER_BYTES
                    + " and within the file's " + size + " bytes, got " + Long.toUnsignedString(headerBytes));
        }
        SafetensorsHeader header = SafetensorsHeader.parse(source.slice(LENGTH_BYTES, (int) headerBytes));
        long dataStart = LENGTH_BYTES + headerBytes;
        List<SafetensorsHeader.Entry> inOrder = checked(header.entries(), size - dataStart);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : inOrder) {
            ByteBuffer data = source.slice(dataStart + entry.begin, (int) (entry.end - entry.begin));
            tensors.put(entry.name, Tensor.of(entry.name, entry.dtype, entry.shape, data));
        }
        return new Safetensors(header.metadata(), tensors);
    }

    /** The entries by place, once sizes match and they cover the data without gap or overlap. */
    private static List<SafetensorsHeader.Entry> checked(List<SafetensorsHeader.Entry> entries, long dataBytes) {
        List<SafetensorsHeader.Entry> inOrder = new ArrayList<>(entries);
        inOrder.sort(
                comparingLong((SafetensorsHeader.Entry entry) -> entry.begin).thenComparingLong(entry -> entry.end));
        long covered = 0;
        for (SafetensorsHeader.Entry entry : inOrder) {
            if (entry.begin != covered) {
                throw new SafetensorsException(
                        entry.name,
                        "data_offsets must begin where the previous tensor ends, at " + covered + ", got "
                                + entry.begin);
            }
            if (entry.end < entry.begin || entry.end > dataBytes) {
                throw new SafetensorsException(
                        entry.name,
                        "data_offsets must end in " + entry.begin + ".." + dataBytes + ", got " + entry.end);
            }
            checkSize(entry);
            covered = entry.end;
        }
        if (covered != dataBytes) {
            throw new SafetensorsException("the tensors must cover all " + dataBytes + " data bytes, got " + covered);
        }
        return inOrder;
    }

    private static void checkSize(SafetensorsHeader.Entry entry) {
        long expected = Tensor.byteSize(entry.name, entry.dtype, entry.shape);
        long actual = entry.end - entry.begin;
        if (actual != expected) {
            throw new SafetensorsException(
                    entry.name, "dtype and shape need " + expected + " bytes, but data_offsets span " + actual);
        }
        if (actual > Integer.MAX_VALUE) {
            throw new SafetensorsException(
                    entry.name, "must have at most " + Integer.MAX_VALUE + " bytes, got " + actual);
        }
    }

    /** The file's {@code __metadata__}; empty if it has none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The tensors' names, in the order of their bytes. */
    public Set<String> names() {
        return tensors.keySet();
    }

    /** The tensor of that name, or a {@link SafetensorsException} if there is none. */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new SafetensorsException(name, "is missing; the file has " + names());
        }
        return tensor;
    }
}
