package dev.sluice.trainer.spec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Why a text is neither YAML nor JSON, in one line for people: where, and what is wrong there. */
public final class SyntaxProblem {
    private static final Pattern CHARACTER = Pattern.compile("found character '(.+?)(\\(TAB\\))?' that cannot start.*");

    /** Jackson names its own objects there. */
    private static final Pattern SOURCE = Pattern.compile("\\s*\\(start marker.*", Pattern.DOTALL);

    private SyntaxProblem() {}

    /** {@code at line 3, column 5: what is wrong}. */
    public static String of(IOException e) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            return at(marked.getProblemMark()) + ": " + sentence(marked);
        }
        if (!(e instanceof JsonProcessingException syntax)) {
            return "at all: " + e.getMessage();
        }
        String what = SOURCE.matcher(syntax.getOriginalMessage())
                .replaceAll("")
                .lines()
                .findFirst()
                .orElse("");
        JsonLocation place = syntax.getLocation();
        return place == null ? "at all: " + what : at(place.getLineNr(), place.getColumnNr()) + ": " + what;
    }

    private static String sentence(MarkedYAMLException marked) {
        String problem = marked.getProblem();
        Matcher character = CHARACTER.matcher(problem);
        if (character.matches()) {
            return character.group(2) != null
                    ? "lines must be indented by spaces, not by tabs"
                    : "a text must not begin with " + character.group(1) + " unless it is in quotes";
        }
        if (problem.equals("mapping values are not allowed here")) {
            return "a key with ':' must begin a line of its own, and a text that holds ': ' must be in quotes";
        }
        String begun = begun(marked.getContextMark());
        return switch (String.valueOf(marked.getContext())) {
            case "while parsing a flow sequence" -> "the list" + begun + " must go on with ',' or end with ']'";
            case "while parsing a flow mapping" -> "the object" + begun + " must go on with ',' or end with '}'";
            case "while parsing a flow node", "while parsing a block node" -> "a value must stand here";
            case "while parsing a block collection" -> "the entries of the list" + begun + " must be indented alike";
            case "while parsing a block mapping" -> "the keys of the object" + begun + " must be indented alike";
            default ->
                problem.toLowerCase(Locale.ROOT).startsWith("found unexpected end of stream")
                        ? "the text in quotes" + begun + " must end with a quote"
                        : problem + (marked.getContext() == null ? "" : " " + marked.getContext() + begun);
        };
    }

    private static String begun(@Nullable Mark mark) {
        return mark == null ? "" : " that begins " + at(mark);
    }

    private static String at(Mark mark) {
        return at(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static String at(int line, int column) {
        return "at line " + line + ", column " + column;
    }
}
