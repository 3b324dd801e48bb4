package dev.sluice.trainer.dictionary;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.DictionarySpec;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Records of specs from values by key, and the other way round. */
final class Records {
    /** A kind says which record it has; the name of the kind is not asked for. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NONE)
    private interface Untyped {}

    private static final ObjectMapper MAPPER = Json.mapper().copy().addMixIn(DictionarySpec.class, Untyped.class);

    private Records() {}

    /**
     * @param values by name of the key
     * @throws IllegalArgumentException if a key is none of these, or a value not of its type
     */
    static <T> T of(List<Key> keys, Map<String, Object> values, Class<T> type) {
        Map<String, Key> known = keys.stream().collect(Collectors.toMap(Key::name, key -> key));
        ObjectNode tree = MAPPER.createObjectNode();
        values.forEach((name, value) -> {
            Key key = known.get(name);
            if (key == null) {
                throw new IllegalArgumentException(
                        "key must be one of " + new TreeSet<>(known.keySet()) + ", got " + name);
            }
            int last = key.pointer().lastIndexOf('/');
            ObjectNode place = last == 0 ? tree : tree.withObject(key.pointer().substring(0, last));
            place.set(key.pointer().substring(last + 1), MAPPER.valueToTree(value));
        });
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("values must be of the keys' types, got " + values, e);
        }
    }

    /** The values by {@link Key#pointer}. */
    static JsonNode tree(Object spec) {
        return MAPPER.valueToTree(spec);
    }
}
