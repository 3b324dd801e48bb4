package dev.sluice.evaluator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What was varied within each group: the keys of variant files that have several values there. */
public final class GroupDifferences {
    private static final ObjectMapper KEBAB =
            Json.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);

    /** They say which variant it is, not how it learns. */
    private static final Set<String> NAMES = Set.of("id", "stream", "group");

    private static final String KIND = "kind";

    /** Follow from the epochs, unless somebody has set them. */
    private static final String EPOCHS = "epochs";

    private static final Set<String> OF_EPOCHS = Set.of("tokens", "checkpoint-tokens");

    private final Map<String, Map<String, JsonNode>> byId = new HashMap<>();

    private GroupDifferences() {}

    /** @param specs of one stream */
    public static GroupDifferences among(Collection<VariantSpec> specs) {
        Map<String, Map<String, Map<String, JsonNode>>> groups = new TreeMap<>();
        for (VariantSpec spec : specs) {
            if (spec.group() != null) {
                groups.computeIfAbsent(spec.group(), name -> new TreeMap<>()).put(spec.id(), values(spec));
            }
        }
        GroupDifferences differences = new GroupDifferences();
        groups.values().forEach(members -> {
            Set<String> varied = varied(members.values());
            members.forEach((id, values) -> {
                values.keySet().retainAll(varied);
                differences.byId.put(id, values);
            });
        });
        return differences;
    }

    /** By key, in its order; empty for a variant without a group. */
    public Map<String, JsonNode> of(String id) {
        return byId.getOrDefault(id, Map.of());
    }

    private static Map<String, JsonNode> values(VariantSpec spec) {
        Map<String, JsonNode> values = new TreeMap<>();
        JsonNode tree = KEBAB.valueToTree(spec);
        add("", tree.path("dictionary"), values);
        add("", tree.path("training"), values);
        tree.properties().stream()
                .filter(field -> field.getValue().isValueNode() && !NAMES.contains(field.getKey()))
                .forEach(field -> values.put(field.getKey(), field.getValue()));
        return values;
    }

    private static void add(String path, JsonNode object, Map<String, JsonNode> values) {
        object.properties().forEach(field -> {
            if (field.getValue().isObject()) {
                add(path + field.getKey() + ".", field.getValue(), values);
            } else {
                values.put(path + field.getKey(), field.getValue());
            }
        });
    }

    /** Kinds have keys and defaults of their own: between them, only the kind itself is varied. */
    private static Set<String> varied(Collection<Map<String, JsonNode>> members) {
        Map<JsonNode, List<Map<String, JsonNode>>> byKind =
                members.stream().collect(Collectors.groupingBy(values -> values.getOrDefault(KIND, NullNode.instance)));
        Set<String> varied = new HashSet<>();
        byKind.values().forEach(alike -> varied.addAll(differing(alike)));
        if (byKind.size() > 1) {
            varied.add(KIND);
        }
        if (varied.contains(EPOCHS)) {
            varied.removeAll(OF_EPOCHS);
        }
        return varied;
    }

    private static Set<String> differing(List<Map<String, JsonNode>> members) {
        Map<String, Set<JsonNode>> found = new TreeMap<>();
        members.forEach(values -> values.forEach((key, value) ->
                found.computeIfAbsent(key, name -> new HashSet<>()).add(value)));
        found.values().removeIf(values -> values.size() == 1);
        return found.keySet();
    }
}
