package dev.sluice.trainer.dictionary;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a spec.
 *
 * @param field path of it, e.g. {@code dictionary.latents}; empty if all of the input is meant
 * @param rule that it must keep to, e.g. {@code must be positive}
 * @param value that it has, null if there is none to be told
 * @param remedy what the sentence ends with, e.g. the word that was probably meant; mostly empty
 */
public record Violation(
        String field,
        String rule,
        @Nullable String value,
        @JsonIgnore String remedy) {
    private static final int MOST_SHOWN = 80;

    /** FIELD RULE. */
    public static Violation of(String field, String rule) {
        return new Violation(field, rule, null, "");
    }

    /** FIELD must be RULE, got VALUE. */
    public static Violation must(String field, String rule, Object value) {
        return new Violation(field, "must be " + rule, String.valueOf(value), "");
    }

    /** All of them in one line. */
    public static String sentences(List<Violation> violations) {
        return violations.stream().map(Violation::message).collect(Collectors.joining("; "));
    }

    /** A value of user input, as far as a line has room for it. */
    public static String shown(Object value) {
        String text = String.valueOf(value);
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN - 3) + "...";
    }

    public Violation withRemedy(String sentence) {
        return new Violation(field, rule, value, sentence);
    }

    /** The same of a field of the object at this path; empty for the outermost. */
    public Violation under(String path) {
        return path.isEmpty() ? this : new Violation(path + "." + field, rule, value, remedy);
    }

    /** The same with the name of the file that it is in. */
    public Violation in(String file) {
        return new Violation((file + ": " + field).strip(), rule, value, remedy);
    }

    /** All of it as a sentence. */
    @JsonProperty("message")
    public String message() {
        String start = field.isEmpty() ? rule : field + " " + rule;
        return start + (value == null ? "" : ", got " + value) + remedy;
    }
}
