package dev.sluice.evaluator.through;

import dev.sluice.producer.contract.RowClass;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows by their class. */
public enum RowSet {
    /** Of class rest: no first positions, special tokens or norm outliers. */
    REST,
    ALL;

    /** By its word, one of {@link #words}. */
    public static RowSet of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(RowSet::word).toList();
    }

    /** @param rowClass code of a {@link RowClass} */
    boolean has(byte rowClass) {
        return this == ALL || rowClass == RowClass.REST.code();
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
