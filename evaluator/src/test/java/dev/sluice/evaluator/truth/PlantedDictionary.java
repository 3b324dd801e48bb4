package dev.sluice.evaluator.truth;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.CsrCodes;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Reconstruction;
import java.util.Map;

/** Given atoms, and on every row the same given codes. */
final class PlantedDictionary implements Dictionary {
    private final NDManager manager;
    private final float[] atoms;
    private final int width;
    private final long[] latents;
    private final float[] values;

    /**
     * @param latents of every batch's rows, one after the other; all rows have as many
     * @param values of these
     */
    PlantedDictionary(NDManager manager, float[] atoms, int width, long[] latents, float[] values) {
        this.manager = manager;
        this.atoms = atoms;
        this.width = width;
        this.latents = latents;
        this.values = values;
    }

    @Override
    public Size size() {
        return new Size(atoms.length / width, width, atoms.length);
    }

    @Override
    public Reconstruction reconstruct(Batch batch) {
        Codes codes = CsrCodes.of(latents, values, batch.rows(), latents.length / batch.rows());
        NDArray norms = manager.ones(new Shape(atoms.length / width));
        return new Reconstruction(codes, norms, batch.x().duplicate(), Map.of());
    }

    @Override
    public NDArray atoms() {
        return manager.create(atoms, new Shape(atoms.length / width, width));
    }

    @Override
    public void close() {
        // the manager is the test's
    }
}
