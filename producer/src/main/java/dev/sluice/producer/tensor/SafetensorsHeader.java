package dev.sluice.producer.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON header: {@code {"__metadata__": {string: string}, name: {"dtype", "shape", "data_offsets": [begin, end]}}}.
 * Parsed as a stream, so that a hostile header costs memory in proportion to its size only.
 */
final class SafetensorsHeader {
    static final String METADATA = "__metadata__";

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    /** One tensor; its bytes are {@code [begin, end)} of the data section. */
    static final class Entry {
        final String name;
        final Dtype dtype;
        final long[] shape;
        final long begin;
        final long end;

        Entry(String name, Dtype dtype, long[] shape, long begin, long end) {
            this.name = name;
            this.dtype = dtype;
            this.shape = shape;
            this.begin = begin;
            this.end = end;
        }
    }

    private SafetensorsHeader() {}

    Map<String, String> metadata() {
        return metadata;
    }

    List<Entry> entries() {
        return entries;
    }

    static SafetensorsHeader parse(ByteBuffer utf8) {
        SafetensorsHeader header = new SafetensorsHeader();
        try (JsonParser json = JSON.createParser(text(utf8))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new SafetensorsException("the header must be a JSON object");
            }
            header.readObject(json);
            if (json.nextToken() != null) {
                throw new SafetensorsException("the header must end with its JSON object");
            }
        } catch (IOException e) {
            throw new SafetensorsException("the header must be valid JSON: " + firstLine(e), e);
        }
        return header;
    }

    private static String text(ByteBuffer utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private void readObject(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new SafetensorsException(name, "must be described by a JSON object");
            }
            if (name.equals(METADATA)) {
                readMetadata(json);
            } else {
                entries.add(readEntry(name, json));
            }
        }
    }

    private void readMetadata(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw new SafetensorsException("metadata '" + key + "' must be a string");
            }
            metadata.put(key, json.getText());
        }
    }

    private static Entry readEntry(String name, JsonParser json) throws IOException {
        @Nullable Dtype dtype = null;
        long @Nullable [] shape = null;
        long @Nullable [] offsets = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> dtype = readDtype(name, json);
                case "shape" -> shape = readSizes(name, field, json);
                case "data_offsets" -> offsets = readSizes(name, field, json);
                default -> throw new SafetensorsException(name, "unknown field '" + field + "'");
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            throw new SafetensorsException(name, "dtype, shape and data_offsets must all be present");
        }
        if (offsets.length != 2) {
            throw new SafetensorsException(name, "data_offsets must be two numbers, got " + Arrays.toString(offsets));
        }
        return new Entry(name, dtype, shape, offsets[0], offsets[1]);
    }

    private static Dtype readDtype(String name, JsonParser json) throws IOException {
        String text = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
        for (Dtype dtype : Dtype.values()) {
            if (dtype.name().equals(text)) {
                return dtype;
            }
        }
        throw new SafetensorsException(
                name, "dtype must be one of " + Arrays.toString(Dtype.values()) + ", got '" + text + "'");
    }

    private static long[] readSizes(String name, String field, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new SafetensorsException(name, field + " must be an array of numbers");
        }
        long[] sizes = new long[4];
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new SafetensorsException(name, field + " must hold whole numbers, got '" + json.getText() + "'");
            }
            long size = json.getLongValue();
            if (size < 0) {
                throw new SafetensorsException(name, field + " must not be negative, got " + size);
            }
            if (count == sizes.length) {
                sizes = Arrays.copyOf(sizes, 2 * count);
            }
            sizes[count++] = size;
        }
        return Arrays.copyOf(sizes, count);
    }
}
