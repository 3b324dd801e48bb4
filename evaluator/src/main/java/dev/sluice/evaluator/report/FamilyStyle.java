package dev.sluice.evaluator.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Colour and shape of a family of dictionaries, from the live page's own rules: the two drawings cannot differ, and a new
 * kind needs one line.
 *
 * @param light its colour on a light ground
 * @param dark its colour on a dark ground
 * @param shape outline of its marker of radius 1, as an SVG path
 */
record FamilyStyle(String light, String dark, String shape) {
    private static final String RULES = "/webroot/css/families.css";
    private static final Pattern RULE = Pattern.compile(
            "\\.family(?:-(\\S+))? \\{ --mark: light-dark\\((#\\w+), (#\\w+)\\); --shape: \"([^\"]+)\";");
    private static final String UNKNOWN = "";
    private static final Map<String, FamilyStyle> BY_KIND = read();

    /** That of a kind, or the one that stands for all unknown ones. */
    static FamilyStyle of(String kind) {
        return BY_KIND.getOrDefault(kind, Objects.requireNonNull(BY_KIND.get(UNKNOWN)));
    }

    private static Map<String, FamilyStyle> read() {
        Map<String, FamilyStyle> styles = new HashMap<>();
        Matcher rule = RULE.matcher(text());
        while (rule.find()) {
            String kind = Objects.requireNonNullElse(rule.group(1), UNKNOWN);
            styles.put(kind, new FamilyStyle(rule.group(2), rule.group(3), rule.group(4)));
        }
        return Map.copyOf(styles);
    }

    private static String text() {
        try (InputStream in = Objects.requireNonNull(FamilyStyle.class.getResourceAsStream(RULES), RULES)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
