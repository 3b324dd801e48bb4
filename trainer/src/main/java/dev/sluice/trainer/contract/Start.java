package dev.sluice.trainer.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Where a variant begins to read its stream: what its {@code from} means. */
public sealed interface Start {
    /** What {@code from} must be, for messages. */
    String RULE = "earliest, latest, row N, or timestamp T (milliseconds since 1970, or as 2026-11-25T09:00:00Z)";

    /** The start that a {@code from} names; empty if that breaks the {@link #RULE}. */
    static Optional<Start> parse(String from) {
        String[] words = from.strip().split("\\s+", 2);
        String value = words.length == 2 ? words[1] : "";
        try {
            return switch (words[0]) {
                case "earliest" -> value.isEmpty() ? Optional.of(new Earliest()) : Optional.empty();
                case "latest" -> value.isEmpty() ? Optional.of(new Latest()) : Optional.empty();
                case "row" -> Optional.of(new Row(natural(value)));
                case "timestamp" -> Optional.of(new Timestamp(millis(value)));
                default -> Optional.empty();
            };
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static long millis(String time) {
        return time.contains("T") ? Instant.parse(time).toEpochMilli() : natural(time);
    }

    private static long natural(String digits) {
        long number = Long.parseLong(digits);
        if (number < 0 || !Character.isDigit(digits.charAt(0))) {
            throw new NumberFormatException(digits);
        }
        return number;
    }

    /** Row 0 of the stream. If retention has deleted it, it is lost: nothing else is begun with instead. */
    record Earliest() implements Start {}

    /** The row behind the last one in the log. */
    record Latest() implements Start {}

    /** @param number from 0 */
    record Row(long number) implements Start {}

    /** The first row that the broker appended then or later; the row behind the last one if there is none. */
    record Timestamp(long millis) implements Start {}
}
