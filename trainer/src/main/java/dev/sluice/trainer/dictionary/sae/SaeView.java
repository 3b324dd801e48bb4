package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.Scope;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An SAE as one that infers sees it, in raw units. The state is its maker's, who closes it. */
public final class SaeView implements Dictionary {
    private final NDManager manager;
    private final Sae<?> sae;
    private final InputScale scale;
    private final Rows rows;

    /** ‖w_j‖ in raw units, until the next update. */
    private @Nullable NDArray atomNorms;

    /** Those of before the last update, which the reader of a reconstruction may still hold. */
    private @Nullable NDArray lastAtomNorms;

    /** @param manager memory of what outlives a call */
    public SaeView(NDManager manager, Sae<?> sae, InputScale scale, Rows rows) {
        this.manager = manager;
        this.sae = sae;
        this.scale = scale;
        this.rows = rows;
    }

    @Override
    public Size size() {
        NDArray decoder = decoder();
        return new Size(
                (int) decoder.getShape().get(0), (int) decoder.getShape().get(1), sae.learnedNumbers());
    }

    @Override
    public Reconstruction reconstruct(Batch batch) {
        try (Scope scope = new Scope()) {
            return reconstruct(scope, batch, Map.of());
        }
    }

    Reconstruction reconstruct(Scope scope, Batch batch, Map<String, Double> losses) {
        InputScale.Normalised normalised = scale.normalise(StableProduct.padded(batch.x()));
        return reconstruction(scope, sae.infer(normalised.x()), normalised, batch.rows(), losses);
    }

    /** @param count of the rows, the first ones, that are wanted */
    Reconstruction reconstruction(
            Scope scope,
            Activations activations,
            InputScale.Normalised normalised,
            int count,
            Map<String, Double> losses) {
        NDArray all = scale.undo(activations.reconstructed(), normalised);
        NDArray raw = all.getShape().get(0) == count ? all : all.get(new NDIndex(":{}", count));
        Codes codes = scale.undo(activations.codes(count), normalised);
        return new Reconstruction(codes, atomNorms(scope), scope.keep(raw, manager), losses);
    }

    private NDArray atomNorms(Scope scope) {
        if (atomNorms == null) {
            atomNorms = scope.keep(scale.undo(rows.norms(decoder())), manager);
        }
        return atomNorms;
    }

    /** The parameters have changed. */
    void changed() {
        if (lastAtomNorms != null) {
            lastAtomNorms.close();
        }
        lastAtomNorms = atomNorms;
        atomNorms = null;
    }

    @Override
    public NDArray atoms() {
        try (Scope scope = new Scope()) {
            return scope.keep(scale.undo(decoder()), manager);
        }
    }

    private NDArray decoder() {
        return sae.parameters().get(Parameters.DECODER);
    }

    @Override
    public void close() {
        // The state is its maker's.
    }
}
