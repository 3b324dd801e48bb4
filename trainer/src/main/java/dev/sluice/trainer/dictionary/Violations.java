package dev.sluice.trainer.dictionary;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Collects what is wrong with a spec, one sentence each: field, rule, value. */
public final class Violations {
    /** A tensor's bytes are addressed by an int where they are read and written. */
    private static final long MOST_TENSOR_BYTES = Integer.MAX_VALUE;

    private static final long MOST_BYTES = 16L << 30;

    private final List<String> found = new ArrayList<>();

    public List<String> found() {
        return List.copyOf(found);
    }

    public void require(boolean holds, String field, String rule, Object value) {
        if (!holds) {
            found.add(field + " must be " + rule + ", got " + value);
        }
    }

    public void requirePositive(String field, long value) {
        require(value > 0, field, "positive", value);
    }

    public void requireAtLeast(String field, long least, long value) {
        require(value >= least, field, "at least " + least, value);
    }

    /** Finite and not negative. */
    public void requireAmount(String field, double value) {
        require(value >= 0 && Double.isFinite(value), field, "finite and not negative", value);
    }

    public void requirePositiveAmount(String field, double value) {
        require(value > 0 && Double.isFinite(value), field, "finite and positive", value);
    }

    public void requireShare(String field, double value) {
        require(value >= 0 && value <= 1, field, "between 0 and 1", value);
    }

    public void requireWord(String field, Set<String> words, String value) {
        require(
                words.contains(value),
                field,
                "one of " + words.stream().sorted().toList(),
                value);
    }

    /** Checks that [rows, width] float32 fits one tensor, and {@code copies} of it fit a variant. */
    public void requireRoom(String fields, long rows, long width, int copies, long otherFloats) {
        if (rows <= 0 || width <= 0) {
            return;
        }
        double tensor = (double) rows * width * Float.BYTES;
        double all = tensor * copies + (double) otherFloats * Float.BYTES;
        require(
                tensor <= MOST_TENSOR_BYTES,
                fields,
                "so that a tensor of " + rows + " x " + width + " float32 takes at most 2 GiB",
                gibibytes(tensor));
        require(all <= MOST_BYTES, fields, "so that the variant takes at most 16 GiB", "about " + gibibytes(all));
    }

    private static String gibibytes(double bytes) {
        return String.format(java.util.Locale.ROOT, "%.1f GiB", bytes / (1L << 30));
    }
}
