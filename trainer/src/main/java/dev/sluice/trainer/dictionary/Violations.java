package dev.sluice.trainer.dictionary;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects what is wrong with a spec. */
public final class Violations {
    /** A tensor's bytes are addressed by an int where they are read and written. */
    private static final long MOST_TENSOR_BYTES = Integer.MAX_VALUE;

    private static final long MOST_BYTES = 16L << 30;

    private final List<Violation> found = new ArrayList<>();

    public List<Violation> found() {
        return List.copyOf(found);
    }

    public void require(boolean holds, String field, String rule, Object value) {
        if (!holds) {
            found.add(Violation.must(field, rule, value));
        }
    }

    /**
     * Checks a value by what its key says of itself.
     *
     * @param part of the spec that has the key
     * @param values of that part, in which {@link Key#pointer} finds each
     */
    void requireKey(String part, Key key, JsonNode values) {
        String field = part + "." + key.name();
        JsonNode value = values.at(key.pointer());
        switch (key.type()) {
            case INTEGER, LONG -> {
                key.bounds().broken(value.asDouble()).ifPresent(rule -> require(false, field, rule, value.asLong()));
                requireNotAbove(part, key, values);
            }
            case NUMBER ->
                key.bounds().broken(value.asDouble()).ifPresent(rule -> require(false, field, rule, value.asDouble()));
            case TEXT -> requireWord(field, key.words(), value);
            case TEXTS -> value.forEach(word -> requireWord(field, key.words(), word));
            case BOOLEAN, INTEGERS -> {} // any; the kind knows what lists must be
        }
    }

    private void requireNotAbove(String part, Key key, JsonNode values) {
        String other = key.bounds().notAbove();
        if (other != null) {
            long most = values.at("/" + other.replace('-', '_')).asLong();
            long value = values.at(key.pointer()).asLong();
            key.bounds()
                    .exceeded(part, value, most)
                    .ifPresent(rule -> require(false, part + "." + key.name(), rule, value));
        }
    }

    private void requireWord(String field, List<String> words, JsonNode value) {
        boolean holds = words.isEmpty() || words.contains(value.asText());
        require(holds, field, "one of " + words.stream().sorted().toList(), value.asText());
    }

    /** Checks that [rows, width] float32 fits one tensor, and {@code copies} of it fit a variant. */
    public void requireRoom(String fields, long rows, long width, int copies, long otherFloats) {
        if (rows <= 0 || width <= 0) {
            return;
        }
        double tensor = (double) rows * width * Float.BYTES;
        double all = tensor * copies + (double) otherFloats * Float.BYTES;
        require(
                tensor <= MOST_TENSOR_BYTES,
                fields,
                "so that a tensor of " + rows + " x " + width + " float32 takes at most 2 GiB",
                gibibytes(tensor));
        require(all <= MOST_BYTES, fields, "so that the variant takes at most 16 GiB", "about " + gibibytes(all));
    }

    private static String gibibytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (1L << 30));
    }
}
