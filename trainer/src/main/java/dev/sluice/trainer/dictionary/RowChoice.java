package dev.sluice.trainer.dictionary;

import dev.sluice.producer.contract.RowClass;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Which rows of a batch are learned from: all but those of classes that the spec skips. */
final class RowChoice {
    /** The names of classes that may be skipped, as users write them. */
    static final Set<String> SKIPPABLE = skippable();

    private final Set<RowClass> skipped = EnumSet.noneOf(RowClass.class);

    /** @param names of {@link #SKIPPABLE} */
    RowChoice(List<String> names) {
        for (RowClass rowClass : RowClass.values()) {
            if (names.contains(name(rowClass))) {
                skipped.add(rowClass);
            }
        }
    }

    private static Set<String> skippable() {
        Set<String> names = new TreeSet<>();
        for (RowClass rowClass : RowClass.values()) {
            if (rowClass != RowClass.REST) {
                names.add(name(rowClass));
            }
        }
        return names;
    }

    private static String name(RowClass rowClass) {
        return rowClass.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The rows to learn from, ascending. */
    long[] of(Batch batch) {
        List<Long> chosen = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            if (!skipped.contains(RowClass.of(batch.classes().get(row)))) {
                chosen.add((long) row);
            }
        }
        return chosen.stream().mapToLong(Long::longValue).toArray();
    }

    boolean isAll() {
        return skipped.isEmpty();
    }
}
