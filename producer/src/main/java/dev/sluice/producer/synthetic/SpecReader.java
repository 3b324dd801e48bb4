package dev.sluice.producer.synthetic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The keys of a synthetic source, flat, and their defaults. */
final class SpecReader {
    private static final double PER_CENT = 100;

    private final JsonNode tree;
    private final Set<String> known = new HashSet<>();

    private SpecReader(JsonNode tree) {
        this.tree = tree;
    }

    /** @throws IllegalArgumentException if a key is missing, unknown, or has a value that breaks its rule */
    static SyntheticSpec read(JsonNode tree) {
        if (!tree.isObject()) {
            throw new IllegalArgumentException("synthetic must be keys and their values, got " + tree);
        }
        SpecReader reader = new SpecReader(tree);
        SyntheticSpec spec = reader.spec();
        reader.requireNoOther();
        return spec;
    }

    private SyntheticSpec spec() {
        int features = Math.toIntExact(whole("features"));
        return new SyntheticSpec(
                new SyntheticSpec.Dictionary(
                        Math.toIntExact(whole("width")), features, word("directions", Directions.UNIT)),
                new SyntheticSpec.Firing(
                        active(features),
                        word("support", Support.EXACT),
                        number("power", 0),
                        number("correlation", 0),
                        Math.toIntExact(whole("groups", 1))),
                new SyntheticSpec.Amounts(
                        word("coefficients", Distribution.HALF_NORMAL), number("minimum", 0), number("scale", 1)),
                number("noise", 0),
                new SyntheticSpec.Extent(whole("rows"), whole("validation", 0)),
                whole("seed", 0));
    }

    private void requireNoOther() {
        Set<String> others = new TreeSet<>();
        tree.fieldNames().forEachRemaining(others::add);
        others.removeAll(known);
        if (!others.isEmpty()) {
            throw new IllegalArgumentException(
                    "synthetic must have no other keys than " + new TreeSet<>(known) + ", got " + others);
        }
    }

    private JsonNode find(String key) {
        known.add(key);
        return tree.path(key);
    }

    /** A number, or with a per cent sign a share of the features. */
    private double active(int features) {
        String text = find("active").asText();
        try {
            return text.endsWith("%")
                    ? Double.parseDouble(text.substring(0, text.length() - 1)) * features / PER_CENT
                    : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw wrong("active", "a number, or a share of the features like 10%", find("active"));
        }
    }

    private double number(String key, double absent) {
        JsonNode value = find(key);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.isNumber()) {
            throw wrong(key, "a number", value);
        }
        return value.asDouble();
    }

    private long whole(String key) {
        if (find(key).isMissingNode()) {
            throw new IllegalArgumentException("synthetic." + key + " must be given");
        }
        return whole(key, 0);
    }

    private long whole(String key, long absent) {
        JsonNode value = find(key);
        if (value.isMissingNode()) {
            return absent;
        }
        boolean isInt = key.equals("seed") || value.canConvertToInt();
        if (!value.isIntegralNumber() || !value.canConvertToLong() || !isInt) {
            throw wrong(key, "a whole number", value);
        }
        return value.asLong();
    }

    private <E extends Enum<E>> E word(String key, E absent) {
        JsonNode value = find(key);
        if (value.isMissingNode()) {
            return absent;
        }
        List<E> all = Arrays.asList(absent.getDeclaringClass().getEnumConstants());
        return all.stream()
                .filter(each -> text(each).equals(value.asText()))
                .findFirst()
                .orElseThrow(() -> wrong(
                        key, "one of " + all.stream().map(SpecReader::text).toList(), value));
    }

    /** As files and JSON have it. */
    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static IllegalArgumentException wrong(String key, String rule, JsonNode value) {
        return new IllegalArgumentException("synthetic." + key + " must be " + rule + ", got " + value);
    }
}
