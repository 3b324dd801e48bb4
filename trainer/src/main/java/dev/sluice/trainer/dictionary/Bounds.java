package dev.sluice.trainer.dictionary;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The range of a number, or of each in a list.
 *
 * @param least null for none
 * @param most null for none
 * @param openBelow whether {@code least} itself is refused
 * @param openAbove whether {@code most} itself is refused
 * @param notAbove the key whose value this one may not exceed, null for none
 */
public record Bounds(
        @Nullable Number least,
        @Nullable Number most,
        boolean openBelow,
        boolean openAbove,
        @Nullable String notAbove) {
    static final Bounds NONE = new Bounds(null, null, false, false, null);

    Bounds from(Number least, boolean open) {
        return new Bounds(least, most, open, openAbove, notAbove);
    }

    Bounds to(Number most, boolean open) {
        return new Bounds(least, most, openBelow, open, notAbove);
    }

    Bounds notAbove(String key) {
        return new Bounds(least, most, openBelow, openAbove, key);
    }

    /** What a value must be; empty if it is. NaN and infinities never are. */
    Optional<String> broken(double value) {
        boolean holds = Double.isFinite(value)
                && (least == null || value > least.doubleValue() || (!openBelow && value == least.doubleValue()))
                && (most == null || value < most.doubleValue() || (!openAbove && value == most.doubleValue()));
        return holds ? Optional.empty() : Optional.of(rule());
    }

    /**
     * What a value must be for the sake of the key that bounds it; empty if it is.
     *
     * @param part of the spec that has both keys
     * @param most the value of {@link #notAbove}
     */
    public Optional<String> exceeded(String part, long value, long most) {
        return value <= most ? Optional.empty() : Optional.of("at most " + part + "." + notAbove + " " + most);
    }

    private String rule() {
        if (least == null) {
            return most == null ? "finite" : "at most " + most;
        }
        if (most != null) {
            return openBelow || openAbove
                    ? "in " + (openBelow ? "(" : "[") + least + ", " + most + (openAbove ? ")" : "]")
                    : "between " + least + " and " + most;
        }
        if (least instanceof Double) {
            return openBelow ? "finite and positive" : "finite and not negative";
        }
        return least.longValue() == 1 ? "positive" : "at least " + least;
    }
}
