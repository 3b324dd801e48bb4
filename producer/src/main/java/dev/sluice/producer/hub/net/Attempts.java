package dev.sluice.producer.hub.net;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often one thing is tried: again after 1, 2, 4... up to 30 seconds, or as long as the server asks for, until it
 * has failed so many times in a row without a byte in between. Not for several threads.
 */
public final class Attempts {

    /** Outlasts half a minute without a network. */
    public static final int MANY = 6;

    /** Some seconds, where something else can be done. */
    public static final int FEW = 3;

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LONGEST_ASKED_FOR = Duration.ofMinutes(5);
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

    private final String what;
    private final int limit;
    private final Pause pause;
    private int failures;

    /**
     * @param what is tried, for messages
     * @param limit failures in a row that are one too many
     */
    public Attempts(String what, int limit, Pause pause) {
        this.what = what;
        this.limit = limit;
        this.pause = pause;
    }

    /** Whether a status may be another one soon. */
    public static boolean isPassing(int status) {
        return PASSING.contains(status);
    }

    /** Some of it succeeded. */
    public void progressed() {
        failures = 0;
    }

    /**
     * Waits before the next attempt.
     *
     * @throws UnreachableException if there shall be none
     */
    public void failed(IOException cause) {
        failures++;
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        if (failures >= limit) {
            throw new UnreachableException(what + " failed " + failures + " times, at last with: " + reason, cause);
        }
        pause(backoff());
    }

    /** The same after an answer whose status {@link #isPassing}. */
    public void refused(HttpResponse<?> answer) {
        failures++;
        Duration asked = retryAfter(answer);
        if (failures >= limit || asked.compareTo(LONGEST_ASKED_FOR) > 0) {
            String wait = asked.isZero() ? "" : "; it asks to wait " + asked.toSeconds() + " s";
            throw new UnreachableException(what + " failed " + failures + " times, at last with status "
                    + answer.statusCode() + " from " + answer.uri().getHost() + wait);
        }
        pause(asked.isZero() ? backoff() : asked);
    }

    /** Full jitter on the upper half, so that clients that failed together do not come back together. */
    private Duration backoff() {
        long millis = Math.min(LONGEST.toMillis(), FIRST.toMillis() << (failures - 1));
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }

    /** {@code Retry-After} in seconds or as a date; zero without one. */
    private static Duration retryAfter(HttpResponse<?> answer) {
        String value = answer.headers().firstValue("Retry-After").orElse("").strip();
        if (value.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            ZonedDateTime until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration left = Duration.between(Instant.now(), until);
            return left.isNegative() ? Duration.ZERO : left;
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }

    private void pause(Duration length) {
        try {
            pause.of(length);
        } catch (InterruptedException e) {
            throw interrupted(what);
        }
    }

    /** For a thread that was interrupted while it waited: keeps that known. */
    public static HubException interrupted(String what) {
        Thread.currentThread().interrupt();
        return new HubException(what + " was interrupted");
    }
}
