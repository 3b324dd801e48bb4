package dev.sluice.trainer.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.Violation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A variant with lists where single values belong stands for all combinations of them, the first list changing slowest.
 * Each has the id with what was chosen behind it: {@code topk} with {@code k: [8, 16]} is {@code topk-k8} and {@code
 * topk-k16}. They are a group, named as the entry is unless it names another one.
 */
final class Grid {
    static final int MOST = 256;

    private static final String GROUP = "group";
    private static final List<String> PARTS = List.of("dictionary", "training");

    private static final BigDecimal LEAST_PLAIN = new BigDecimal("0.1");

    /** Keys whose value is a list. */
    private final Set<String> lists = new HashSet<>();

    private final Map<String, String> letters = new HashMap<>();

    Grid(Kinds kinds) {
        TrainingKeys.ALL.forEach(this::know);
        kinds.list().forEach(kind -> kind.descriptor().keys().forEach(this::know));
    }

    private void know(Key key) {
        if (key.type().isList()) {
            lists.add(key.name());
        }
        if (key.note().letter() != null) {
            letters.put(key.name(), key.note().letter());
        }
    }

    /**
     * The entries that one stands for.
     *
     * @param path of the entry in messages
     * @param violations gets what is wrong with the grid
     */
    List<JsonNode> expand(JsonNode entry, String path, List<Violation> violations) {
        List<JsonNode> expanded = List.of(entry);
        for (String part : PARTS) {
            Iterable<Map.Entry<String, JsonNode>> fields = entry.path(part).properties();
            for (Map.Entry<String, JsonNode> field : fields) {
                if (!isAxis(field)) {
                    continue;
                }
                long size = (long) expanded.size() * field.getValue().size();
                if (size > MOST) {
                    violations.add(new Violation(
                            path,
                            "must stand for at most " + MOST + " variants",
                            String.valueOf(size),
                            " with " + part + "." + field.getKey()));
                    return List.of();
                }
                expanded = times(expanded, part, field.getKey(), field.getValue());
            }
        }
        return expanded;
    }

    private boolean isAxis(Map.Entry<String, JsonNode> field) {
        return field.getValue().isArray() && !field.getValue().isEmpty() && !lists.contains(field.getKey());
    }

    private List<JsonNode> times(List<JsonNode> entries, String part, String key, JsonNode values) {
        List<JsonNode> products = new ArrayList<>();
        for (JsonNode entry : entries) {
            for (JsonNode value : values) {
                ObjectNode product = entry.deepCopy();
                product.withObject(part).set(key, value);
                name(product, "-" + letters.getOrDefault(key, key) + word(value));
                products.add(product);
            }
        }
        return products;
    }

    /** A wrong id is refused as the id that it is, not as a group too. */
    private static void name(ObjectNode product, String suffix) {
        String id = product.path("id").asText();
        if (!product.path("id").isTextual()) {
            return;
        }
        if (!product.hasNonNull(GROUP) && VariantReader.isId(id)) {
            product.put(GROUP, id);
        }
        product.put("id", id + suffix);
    }

    /** A value in the letters of a DNS label. */
    private static String word(JsonNode value) {
        if (!value.isNumber()) {
            return value.asText().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        }
        BigDecimal number = value.decimalValue().stripTrailingZeros();
        if (number.scale() <= 0 || number.abs().compareTo(LEAST_PLAIN) >= 0) {
            return number.toPlainString().replace('.', 'p');
        }
        return number.unscaledValue() + "e-" + number.scale();
    }
}
