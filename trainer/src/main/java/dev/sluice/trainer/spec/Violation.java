package dev.sluice.trainer.spec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with user input.
 *
 * @param field path of it, e.g. {@code dictionary.latents}
 * @param rule that it must keep to
 * @param value that it has, null if that is in the rule
 * @param message all of it as a sentence
 */
public record Violation(String field, String rule, @Nullable String value, String message) {
    private static final Pattern MUST = Pattern.compile("(?s)(.+?) (must be .+), got (.*)");
    private static final Pattern OTHER = Pattern.compile("(?s)(\\S+) (.*)");

    /** From a sentence as readers and kinds make them: {@code FIELD must be RULE, got VALUE}. */
    public static Violation of(String sentence) {
        Matcher must = MUST.matcher(sentence);
        if (must.matches()) {
            return new Violation(must.group(1), must.group(2), must.group(3), sentence);
        }
        Matcher other = OTHER.matcher(sentence);
        return other.matches()
                ? new Violation(other.group(1), other.group(2), null, sentence)
                : new Violation("", sentence, null, sentence);
    }
}
