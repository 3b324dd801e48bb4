package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ThresholdSelection} chooses, from {@link BoundedEntries}. The least of the largest of one batch is a guess
 * of that of the next; whether all of the largest are found is counted, so what is chosen does not depend on the guess.
 */
public final class BoundedThreshold implements AutoCloseable {
    /** The least differs by a few hundredths from batch to batch. */
    private static final float MARGIN = 0.95f;

    private final BoundedEntries entries;
    private final ThresholdSelection selection;
    private float guess = Float.POSITIVE_INFINITY;

    /**
     * @param like float32 [n, d] on the CPU, of the shape of the weights
     * @param selection stays the caller's
     */
    public BoundedThreshold(NDManager manager, NDArray like, ThresholdSelection selection) {
        this.entries = new BoundedEntries(manager, like);
        this.selection = selection;
    }

    /** As {@link ThresholdSelection#choose}. */
    public ThresholdSelection.Chosen choose(NDArray x, Encoder encoder, int perRow, float threshold) {
        RaggedCodes pool = pool(x, encoder, perRow * x.getShape().get(0), perRow, threshold);
        if (pool == null) {
            return selection.choose(x, encoder, perRow, threshold);
        }
        ThresholdSelection.Chosen chosen = selection.choose(pool, perRow, threshold);
        guess = chosen.least() > 0 ? chosen.least() * MARGIN : Float.POSITIVE_INFINITY;
        return chosen;
    }

    /** So many entries, with all that are as large as the least of them; all positive ones if there are fewer. */
    private @Nullable RaggedCodes pool(NDArray x, Encoder encoder, long wanted, int perRow, float threshold) {
        if (guess < Float.POSITIVE_INFINITY) {
            RaggedCodes pool = reaching(x, encoder, Math.min(guess, threshold));
            if (pool == null || positive(pool) >= wanted) {
                return pool;
            }
        }
        float least =
                selection.choose(x, encoder, perRow, Float.POSITIVE_INFINITY).least();
        RaggedCodes pool = reaching(x, encoder, Math.min(least * MARGIN, threshold));
        return pool == null || positive(pool) >= wanted ? pool : reaching(x, encoder, 0);
    }

    /** All entries above a threshold. */
    public RaggedCodes above(NDArray x, Encoder encoder, float threshold) {
        RaggedCodes pool = reaching(x, encoder, threshold);
        return pool == null ? selection.above(x, encoder, threshold) : selection.above(pool, threshold);
    }

    private @Nullable RaggedCodes reaching(NDArray x, Encoder encoder, float low) {
        return entries.reaching(x, encoder, low, Integer.MAX_VALUE);
    }

    private static long positive(RaggedCodes pool) {
        return pool.values().gt(0).sum().getLong();
    }

    @Override
    public void close() {
        entries.close();
    }
}
