package dev.sluice.producer.contract;

import java.util.regex.Pattern;

/**
 * The one rule for ids of streams, variants and groups. What keeps it can be a part of a path, of a topic's name and of a
 * label in Prometheus as it is.
 */
public final class Identifier {
    /** For messages. */
    public static final String RULE = "a DNS label (1 to 63 of a-z, 0-9 and -, neither first nor last a -)";

    private static final Pattern PATTERN = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private Identifier() {}

    public static boolean isValid(String text) {
        return PATTERN.matcher(text).matches();
    }

    /**
     * The id itself.
     *
     * @param what has this id, for the message
     * @throws ContractException if it breaks the {@link #RULE}
     */
    public static String require(String what, String id) {
        if (!isValid(id)) {
            throw new ContractException(what + " must be " + RULE + ", got " + id);
        }
        return id;
    }
}
