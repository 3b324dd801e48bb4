package dev.sluice.trainer.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.producer.service.Suggestion;
import dev.sluice.trainer.dictionary.Bounds;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The keys of one object of user input: read with type and range, every violation noted, none thrown. */
final class Fields {
    /** YAML 1.1 takes 1e-3, which has no dot, for a text. */
    private static final Pattern EXPONENT = Pattern.compile("[-+]?[0-9]+[eE][-+]?[0-9]+");

    private final JsonNode node;
    private final String path;
    private final List<Violation> violations;
    private final TreeSet<String> known = new TreeSet<>();

    /**
     * @param node an object; a missing or null one is empty
     * @param path of it in messages, empty for the outermost
     */
    Fields(JsonNode node, String path, List<Violation> violations) {
        this.path = path;
        this.violations = violations;
        boolean absent = node.isMissingNode() || node.isNull();
        if (!absent && !node.isObject()) {
            violations.add(Violation.must(
                    path.isEmpty() ? "the variant" : path, "an object with keys", Violation.shown(node)));
        }
        this.node = node.isObject() ? node : MissingNode.getInstance();
    }

    Fields object(String key) {
        known.add(key);
        return new Fields(node.path(key), path(key), violations);
    }

    boolean has(String key) {
        known.add(key);
        return node.hasNonNull(key);
    }

    String text(String key, String absent) {
        if (!has(key)) {
            return absent;
        }
        if (!node.get(key).isTextual()) {
            refuse(key, "a text", node.get(key));
            return absent;
        }
        return node.get(key).asText();
    }

    String oneOf(String key, String absent, Collection<String> words) {
        String word = text(key, absent);
        if (!words.contains(word) && has(key) && node.get(key).isTextual()) {
            violations.add(Violation.must(path(key), "one of " + String.join(", ", words), word)
                    .withRemedy(Suggestion.of(word, words)));
            return absent;
        }
        return word;
    }

    private boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        if (!node.get(key).isBoolean()) {
            refuse(key, "true or false", node.get(key));
            return absent;
        }
        return node.get(key).asBoolean();
    }

    /**
     * The value of a key, of the type that it has; a wrong one is noted.
     *
     * @param absent stands for a value that is not there, or is wrong
     */
    Object value(Key key, Object absent) {
        Bounds bounds = key.bounds();
        String name = key.name().substring(key.name().lastIndexOf('.') + 1);
        return switch (key.type()) {
            case INTEGER ->
                Math.toIntExact(
                        whole(name, ((Number) absent).longValue(), least(bounds), most(bounds, Integer.MAX_VALUE)));
            case LONG -> whole(name, ((Number) absent).longValue(), least(bounds), most(bounds, Long.MAX_VALUE));
            case NUMBER -> decimal(name, ((Number) absent).doubleValue(), bounds);
            case BOOLEAN -> flag(name, (Boolean) absent);
            case TEXT ->
                key.words().isEmpty() ? text(name, (String) absent) : oneOf(name, (String) absent, key.words());
            case INTEGERS -> counts(name, absent, least(bounds));
            case TEXTS -> someOf(name, absent, key.words());
        };
    }

    private static long least(Bounds bounds) {
        return bounds.least() == null ? Long.MIN_VALUE : bounds.least().longValue();
    }

    private static long most(Bounds bounds, long most) {
        return bounds.most() == null ? most : bounds.most().longValue();
    }

    private long whole(String key, long absent, long least, long most) {
        return has(key) ? whole(node.get(key), path(key), absent, least, most) : absent;
    }

    private long whole(JsonNode value, String where, long absent, long least, long most) {
        boolean integral = value.isIntegralNumber() && value.canConvertToLong();
        if (!integral || value.asLong() < least || value.asLong() > most) {
            violations.add(Violation.must(where, "a whole number " + range(least, most), Violation.shown(value)));
            return absent;
        }
        return value.asLong();
    }

    private static String range(long least, long most) {
        return most == Long.MAX_VALUE || most == Integer.MAX_VALUE ? "of at least " + least : least + " to " + most;
    }

    private Object counts(String key, Object absent, long least) {
        if (!has(key)) {
            return absent;
        }
        JsonNode list = node.get(key);
        if (!list.isArray()) {
            refuse(key, "a list of whole numbers", list);
            return absent;
        }
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            values.add(Math.toIntExact(whole(list.get(i), path(key) + "[" + i + "]", least, least, Integer.MAX_VALUE)));
        }
        return values;
    }

    private Object someOf(String key, Object absent, Collection<String> words) {
        if (!has(key)) {
            return absent;
        }
        JsonNode list = node.get(key);
        if (!list.isArray()) {
            refuse(key, "a list of " + String.join(", ", words), list);
            return absent;
        }
        TreeSet<String> some = new TreeSet<>();
        for (JsonNode word : list) {
            if (words.contains(word.asText())) {
                some.add(word.asText());
            } else {
                refuse(key, "a list of " + String.join(", ", words), list);
                return absent;
            }
        }
        return List.copyOf(some);
    }

    /** The ends of the range are taken; what is open the kind refuses. */
    private double decimal(String key, double absent, Bounds bounds) {
        if (!has(key)) {
            return absent;
        }
        double least =
                bounds.least() == null ? -Double.MAX_VALUE : bounds.least().doubleValue();
        double most = bounds.most() == null ? Double.MAX_VALUE : bounds.most().doubleValue();
        JsonNode value = node.get(key);
        boolean exponent = value.isTextual() && EXPONENT.matcher(value.asText()).matches();
        double number = value.isNumber() || exponent ? Double.parseDouble(value.asText()) : Double.NaN;
        if (!(number >= least && number <= most)) {
            String range = most == Double.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
            refuse(key, "a number " + range, value);
            return absent;
        }
        return number;
    }

    /** Once every key that may be there has been asked for. */
    void refuseOthers(String owner) {
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                violations.add(Violation.of(
                        path(key),
                        "is not a key of " + owner + Suggestion.of(key, known) + "; keys: "
                                + String.join(", ", known)));
            }
        });
    }

    void refuse(String key, String rule, Object found) {
        violations.add(Violation.must(path(key), rule, Violation.shown(found)));
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
