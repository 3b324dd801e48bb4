package dev.sluice.evaluator.through;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What does not depend on a dictionary, kept from one pass over a stream to the next: the ablations, the sums of the
 * reference runs by batch, and the original runs with their distributions, as far as there is room. On the compute
 * thread.
 */
final class StreamReference implements AutoCloseable {
    private static final long ORIGINAL_BYTES = 128L << 20;

    private final Map<Extent, OriginalRun> originals = new HashMap<>();
    private final Map<Extent, Map<String, DocumentSums>> sums = new HashMap<>();
    private @Nullable Ablations ablations;
    private long bytes;

    /** Batches of equal extent have equal rows. */
    record Extent(long firstRow, int rows) {}

    /** Null until the training rows were read. */
    @Nullable
    Ablations ablations() {
        return ablations;
    }

    void put(Ablations made) {
        if (ablations != null) {
            ablations.close();
        }
        ablations = made;
    }

    /** Of the reference runs by name; null if they were not computed yet. */
    @Nullable
    Map<String, DocumentSums> sums(Extent batch) {
        return sums.get(batch);
    }

    void put(Extent batch, Map<String, DocumentSums> ofRuns) {
        sums.put(batch, new TreeMap<>(ofRuns));
    }

    /** The one that is kept, or else a new one, which is kept if there is room. */
    OriginalRun original(Extent batch, Supplier<OriginalRun> compute) {
        OriginalRun known = originals.get(batch);
        if (known != null) {
            return known;
        }
        OriginalRun made = compute.get();
        if (bytes + made.bytes() <= ORIGINAL_BYTES) {
            originals.put(batch, made);
            bytes += made.bytes();
            if (bytes + made.distributionBytes() <= ORIGINAL_BYTES) {
                made.keepDistributions();
                bytes += made.distributionBytes();
            }
        }
        return made;
    }

    /** Closes it unless it is kept. */
    void release(OriginalRun run) {
        if (!originals.containsValue(run)) {
            run.close();
        }
    }

    @Override
    public void close() {
        originals.values().forEach(OriginalRun::close);
        originals.clear();
        if (ablations != null) {
            ablations.close();
        }
    }
}
