package dev.sluice.producer.corpus;

import dev.sluice.producer.hash.Sha256;

/**
 * The split rule (the producer's README): a document is held out if the first 8 hex digits of the SHA-256 of its UTF-8
 * text, as a number, mod 100, are below 5.
 */
public final class HoldOut {

    /** The rule in words, for the identity of a stream. */
    public static final String RULE = "sha256-first-8-hex-mod-100-below-5";

    private static final int HEX_DIGITS = 8;
    private static final int BUCKETS = 100;
    private static final int HELD_OUT_BUCKETS = 5;

    private HoldOut() {}

    /** Whether a document with this text is held out. */
    public static boolean holds(String text) {
        return Long.parseLong(Sha256.hex(text), 0, HEX_DIGITS, 16) % BUCKETS < HELD_OUT_BUCKETS;
    }
}
