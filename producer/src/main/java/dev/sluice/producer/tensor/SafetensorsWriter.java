package dev.sluice.producer.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a safetensors file whose bytes depend on its content and the order of its tensors only: tensors lie in the
 * order given, metadata is sorted by key, the header is padded with spaces so that data begin at a multiple of 8.
 */
public final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ALIGNMENT = 8;

    private final Map<String, String> metadata = new TreeMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    public SafetensorsWriter metadata(Map<String, String> entries) {
        metadata.putAll(entries);
        return this;
    }

    /** Adds a tensor behind the others. Its bytes are read when the file is written. */
    public SafetensorsWriter tensor(Tensor tensor) {
        if (tensor.name().equals(SafetensorsHeader.METADATA)) {
            throw new SafetensorsException(tensor.name(), "the name is reserved");
        }
        if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
            throw new SafetensorsException(tensor.name(), "must be added once only");
        }
        return this;
    }

    public byte[] toBytes() {
        byte[] header = header();
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(size(header)));
        put(header, file);
        return file.array();
    }

    /** Writes the file at {@code target}'s position and moves it on. */
    public void writeTo(ByteBuffer target) {
        byte[] header = header();
        if (target.remaining() < size(header)) {
            throw new SafetensorsException(
                    "the file of " + size(header) + " bytes must fit the buffer, which has " + target.remaining());
        }
        put(header, target);
    }

    /** Writes the file at {@code channel}'s position; neither closes nor forces it. */
    public void writeTo(WritableByteChannel channel) throws IOException {
        byte[] header = header();
        writeFully(channel, ByteBuffer.wrap(header));
        for (Tensor tensor : tensors.values()) {
            writeFully(channel, tensor.data());
        }
    }

    /** Creates or replaces the file at {@code path}. */
    public void writeTo(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            writeTo(channel);
        }
    }

    private void put(byte[] header, ByteBuffer target) {
        target.put(header);
        tensors.values().forEach(tensor -> target.put(tensor.data()));
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private long size(byte[] header) {
        return header.length
                + tensors.values().stream()
                        .mapToLong(tensor -> tensor.data().limit())
                        .sum();
    }

    /** The length prefix and the padded header. */
    private byte[] header() {
        byte[] json = headerJson();
        int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (padded > Safetensors.MAX_HEADER_BYTES) {
            throw new SafetensorsException(
                    "the header must have at most " + Safetensors.MAX_HEADER_BYTES + " bytes, got " + padded);
        }
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.array();
    }

    private byte[] headerJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafetensorsHeader.METADATA);
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long begin = 0;
            for (Tensor tensor : tensors.values()) {
                long end = begin + tensor.data().limit();
                writeEntry(json, tensor, begin, end);
                begin = end;
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeEntry(JsonGenerator json, Tensor tensor, long begin, long end) throws IOException {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.dtype().name());
        json.writeFieldName("shape");
        long[] shape = tensor.shape();
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
    }
}
