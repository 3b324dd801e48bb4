package dev.sluice.trainer.control;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** How users say where a variant starts. */
final class Starts {
    static final String EARLIEST = "earliest";
    static final String RULE = "earliest, latest, row N or timestamp T (ISO 8601, say 2026-11-25T09:00:00Z, or"
            + " milliseconds since 1970)";

    private static final Pattern WORDS = Pattern.compile("earliest|latest|row \\d{1,18}|timestamp \\d{1,18}");
    private static final String TIMESTAMP = "timestamp ";

    private Starts() {}

    static boolean isOne(String text) {
        return WORDS.matcher(text).matches() || (text.startsWith(TIMESTAMP) && isInstant(text));
    }

    private static boolean isInstant(String text) {
        try {
            return Instant.parse(text.substring(TIMESTAMP.length())).toEpochMilli() >= 0;
        } catch (DateTimeParseException | ArithmeticException e) {
            return false;
        }
    }
}
