package dev.sluice.producer.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * JSON on the wire: snake_case, fields in a fixed order, unknown fields ignored, a {@code version} that is checked.
 *
 * <p>A reader understands one version of each type, {@link #VERSION} unless the type has a {@link WireVersion}; another
 * one is refused by name, because its meaning may have changed, not only its fields.
 */
public final class Json {
    /** The version of all types without a {@link WireVersion}. */
    public static final int VERSION = 1;

    /** What to do with a stream that an older Sluice published. */
    static final String OLDER = "written by an older Sluice; publish the stream again into a new data folder or broker";

    static final String NEWER = "written by a newer Sluice";

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    private Json() {}

    /** The shared mapper, for trees and for values without a version of their own. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /** The UTF-8 bytes of a value; equal values give equal bytes. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    /** The same with members sorted by name and no spaces, as digests need it. */
    public static byte[] canonical(Object value) {
        return write(MAPPER.convertValue(value, new TypeReference<TreeMap<String, Object>>() {}));
    }

    /**
     * The members of all parts, sorted by name: how a value is written whose parts stand side by side in one object. They
     * are read back by {@link com.fasterxml.jackson.annotation.JsonUnwrapped}.
     */
    public static SortedMap<String, Object> flat(Object... parts) {
        SortedMap<String, Object> members = new TreeMap<>();
        for (Object part : parts) {
            MAPPER.valueToTree(part).properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        }
        return members;
    }

    /**
     * Reads a versioned value.
     *
     * @throws ContractException if the bytes are not JSON of that type or carry another version
     */
    public static <T> T read(byte[] bytes, Class<T> type) {
        try {
            JsonNode tree = MAPPER.readTree(bytes);
            requireVersion(type, tree.path("version").asInt(VERSION));
            return MAPPER.treeToValue(tree, type);
        } catch (IOException e) {
            String head = new String(bytes, 0, Math.min(bytes.length, 80), StandardCharsets.UTF_8);
            throw new ContractException("not a " + type.getSimpleName() + ": " + head, e);
        }
    }

    private static void requireVersion(Class<?> type, int found) {
        WireVersion declared = type.getAnnotation(WireVersion.class);
        int supported = declared == null ? VERSION : declared.value();
        if (found != supported) {
            throw new ContractException(type.getSimpleName() + ".version must be " + supported + ", got " + found + ": "
                    + (found < supported ? OLDER : NEWER));
        }
    }
}
