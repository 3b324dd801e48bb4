package dev.sluice.producer.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a configuration value may be.
 *
 * @param label for the reference of keys and the help
 * @param rule that completes "KEY must be ..."
 * @param parser throws {@link IllegalArgumentException} for what breaks the rule, a {@link ConfigurationException} where
 *     it knows better what is wrong
 */
public record ValueType<T>(String label, String rule, Parser<T> parser) {
    /** From the text that a user wrote, stripped and not empty. */
    public interface Parser<T> {
        T parse(String text) throws IOException;
    }

    public static final ValueType<String> TEXT = new ValueType<>("TEXT", "a text", text -> text);

    public static final ValueType<Boolean> FLAG = new ValueType<>("true/false", "true or false", ValueType::flag);

    /** A whole number with {@code ms}, {@code s}, {@code m} or {@code h} behind it, not 0. */
    public static final ValueType<Duration> DURATION =
            new ValueType<>("DURATION", "a time like 500ms, 30s or 2m, not 0", ValueType::duration);

    /** Entries between commas, each once, in their order. */
    public static final ValueType<List<String>> LIST =
            new ValueType<>("A,B,...", "entries between commas, each once", ValueType::list);

    /** Exists and can be read; a file or a folder. */
    public static final ValueType<Path> EXISTING =
            new ValueType<>("PATH", "a file or a folder that can be read", ValueType::existing);

    /** Exists, or can be made. */
    public static final ValueType<Path> FOLDER =
            new ValueType<>("FOLDER", "a folder, or a place where one can be made", ValueType::folder);

    private static final Pattern DURATIONS = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    /** A whole number within bounds, both included. */
    public static ValueType<Long> whole(long least, long most) {
        String rule = most == Long.MAX_VALUE
                ? "a whole number of at least " + least
                : "a whole number from " + least + " to " + most;
        return new ValueType<>("N", rule, text -> {
            long value = Long.parseLong(text);
            require(value >= least && value <= most);
            return value;
        });
    }

    /** The same as an int. */
    public static ValueType<Integer> count(int least, int most) {
        ValueType<Long> whole = whole(least, most);
        return new ValueType<>(
                "N", whole.rule(), text -> Math.toIntExact(whole.parser().parse(text)));
    }

    /** One of a few words, in any case; given as in the list. */
    public static ValueType<String> oneOf(List<String> words) {
        return new ValueType<>(
                String.join("/", words),
                "one of " + String.join(", ", words),
                text -> words.stream()
                        .filter(text::equalsIgnoreCase)
                        .findFirst()
                        .orElseThrow(IllegalArgumentException::new));
    }

    private static boolean flag(String text) {
        require(text.equals("true") || text.equals("false"));
        return text.equals("true");
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATIONS.matcher(text);
        require(matcher.matches());
        long amount = Long.parseLong(matcher.group(1));
        require(amount > 0);
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    private static List<String> list(String text) {
        List<String> entries =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        require(entries.stream().noneMatch(String::isEmpty) && new HashSet<>(entries).size() == entries.size());
        return entries;
    }

    private static Path existing(String text) {
        Path path = path(text);
        require(Files.isReadable(path));
        return path;
    }

    private static Path folder(String text) {
        Path path = path(text).toAbsolutePath().normalize();
        Path there = path;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        require(there != null && Files.isDirectory(there) && (there.equals(path) || Files.isWritable(there)));
        return path;
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void require(boolean met) {
        if (!met) {
            throw new IllegalArgumentException();
        }
    }
}
