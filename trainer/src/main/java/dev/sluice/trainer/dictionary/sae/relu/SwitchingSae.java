package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.sae.CountedActivations;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An SAE that is computed dense while many latents fire, and by its active codes only once few do. A batch that has too
 * many codes for the sparse way is done again, dense.
 *
 * @param <D> the activations of the dense way
 */
public final class SwitchingSae<D extends CountedActivations> implements Sae<SwitchingSae.Taken<D>> {
    private final DenseSae<D> dense;
    private final SparseWay sparse;
    private final Occupancy occupancy;

    /**
     * @param dense closed with this
     * @param sparse closed with this
     */
    public SwitchingSae(DenseSae<D> dense, SparseWay sparse) {
        this.dense = dense;
        this.sparse = sparse;
        this.occupancy = new Occupancy(
                (int) dense.parameters().get(Parameters.DECODER).getShape().get(0));
    }

    /** Activations and the way that they came: one of the two. */
    record Taken<D extends CountedActivations>(
            @Nullable D dense, @Nullable Listed sparse) implements CountedActivations {
        private CountedActivations activations() {
            return sparse != null ? sparse : Objects.requireNonNull(dense);
        }

        @Override
        public Codes codes(int rows) {
            return activations().codes(rows);
        }

        @Override
        public NDArray reconstructed() {
            return activations().reconstructed();
        }

        @Override
        public BitSet fired() {
            return activations().fired();
        }

        @Override
        public double codesPerRow() {
            return activations().codesPerRow();
        }
    }

    @Override
    public Parameters parameters() {
        return dense.parameters();
    }

    @Override
    public Taken<D> activate(NDArray x) {
        Listed listed = occupancy.isSparse() ? sparse.activate(x, occupancy.most()) : null;
        return listed != null ? new Taken<>(null, listed) : new Taken<>(dense.activate(x), null);
    }

    @Override
    public Gradients gradients(NDArray x, Taken<D> taken, Progress progress) {
        return taken.sparse() != null
                ? sparse.gradients(x, taken.sparse(), progress)
                : dense.gradients(x, Objects.requireNonNull(taken.dense()), progress);
    }

    @Override
    public void advance(Taken<D> taken, Progress progress) {
        dense.advance(progress);
        occupancy.set(taken.codesPerRow());
    }

    @Override
    public void save(StateSink out) {
        dense.save(out);
        occupancy.save(out);
    }

    @Override
    public void restore(StateSource state) {
        dense.restore(state);
        occupancy.restore(state);
    }

    @Override
    public void close() {
        sparse.close();
        dense.close();
    }
}
