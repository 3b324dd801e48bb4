package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import dev.sluice.producer.contract.RowClass;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which rows of a batch are learned from: all but those of classes that the spec skips. */
public final class RowChoice {
    /** The names of classes that may be skipped, as users write them. */
    public static final List<String> SKIPPABLE = skippable();

    private final Set<RowClass> skipped = EnumSet.noneOf(RowClass.class);

    /** @param names of {@link #SKIPPABLE} */
    public RowChoice(List<String> names) {
        for (RowClass rowClass : RowClass.values()) {
            if (names.contains(name(rowClass))) {
                skipped.add(rowClass);
            }
        }
    }

    private static List<String> skippable() {
        Set<String> names = new TreeSet<>();
        for (RowClass rowClass : RowClass.values()) {
            if (rowClass != RowClass.REST) {
                names.add(name(rowClass));
            }
        }
        return List.copyOf(names);
    }

    private static String name(RowClass rowClass) {
        return rowClass.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The rows to learn from, ascending. */
    public long[] of(Batch batch) {
        List<Long> chosen = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            if (!skipped.contains(RowClass.of(batch.classes().get(row)))) {
                chosen.add((long) row);
            }
        }
        return chosen.stream().mapToLong(Long::longValue).toArray();
    }

    /** The rows to learn from as a batch of the caller's scope; the batch itself if these are all, none without any. */
    public Optional<Batch> learned(Batch batch) {
        if (isAll()) {
            return Optional.of(batch);
        }
        long[] rows = of(batch);
        if (rows.length == 0) {
            return Optional.empty();
        }
        IntBuffer tokenIds = IntBuffer.allocate(rows.length);
        IntBuffer positions = IntBuffer.allocate(rows.length);
        ByteBuffer classes = ByteBuffer.allocate(rows.length);
        for (int i = 0; i < rows.length; i++) {
            tokenIds.put(i, batch.tokenIds().get((int) rows[i]));
            positions.put(i, batch.positions().get((int) rows[i]));
            classes.put(i, batch.classes().get((int) rows[i]));
        }
        NDArray x = batch.x().get(batch.x().getManager().create(rows));
        return Optional.of(new Batch(batch.firstToken(), x, tokenIds, positions, classes));
    }

    public boolean isAll() {
        return skipped.isEmpty();
    }
}
