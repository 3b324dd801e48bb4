package dev.sluice.trainer.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.producer.service.Suggestion;
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
    private final List<String> violations;
    private final TreeSet<String> known = new TreeSet<>();

    /**
     * @param node an object; a missing or null one is empty
     * @param path of it in messages, empty for the outermost
     */
    Fields(JsonNode node, String path, List<String> violations) {
        this.path = path;
        this.violations = violations;
        boolean absent = node.isMissingNode() || node.isNull();
        if (!absent && !node.isObject()) {
            violations.add(
                    (path.isEmpty() ? "the variant" : path) + " must be an object with keys, got " + shown(node));
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
            violations.add(path(key) + " must be one of " + String.join(", ", words) + ", got " + word
                    + Suggestion.of(word, words));
            return absent;
        }
        return word;
    }

    boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        if (!node.get(key).isBoolean()) {
            refuse(key, "true or false", node.get(key));
            return absent;
        }
        return node.get(key).asBoolean();
    }

    int count(String key, int absent, int least) {
        return (int) whole(key, absent, least, Integer.MAX_VALUE);
    }

    long whole(String key, long absent, long least, long most) {
        return has(key) ? whole(node.get(key), path(key), absent, least, most) : absent;
    }

    private long whole(JsonNode value, String where, long absent, long least, long most) {
        boolean integral = value.isIntegralNumber() && value.canConvertToLong();
        if (!integral || value.asLong() < least || value.asLong() > most) {
            violations.add(where + " must be a whole number " + range(least, most) + ", got " + shown(value));
            return absent;
        }
        return value.asLong();
    }

    private static String range(long least, long most) {
        return most == Long.MAX_VALUE || most == Integer.MAX_VALUE ? "of at least " + least : least + " to " + most;
    }

    List<Integer> counts(String key, List<Integer> absent, int least) {
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
            values.add((int) whole(list.get(i), path(key) + "[" + i + "]", least, least, Integer.MAX_VALUE));
        }
        return values;
    }

    List<String> someOf(String key, List<String> absent, Collection<String> words) {
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

    double decimal(String key, double absent, double least, double most) {
        if (!has(key)) {
            return absent;
        }
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
                violations.add(path(key) + " is not a key of " + owner + Suggestion.of(key, known) + "; keys: "
                        + String.join(", ", known));
            }
        });
    }

    void refuse(String key, String rule, Object found) {
        violations.add(path(key) + " must be " + rule + ", got " + shown(found));
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String shown(Object found) {
        String text = String.valueOf(found);
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
