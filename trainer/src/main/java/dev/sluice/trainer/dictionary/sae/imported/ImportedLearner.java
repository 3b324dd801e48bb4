package dev.sluice.trainer.dictionary.sae.imported;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.sae.InputScale;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SaeView;
import dev.sluice.trainer.dictionary.sae.imported.ImportedKind.Imported;
import dev.sluice.trainer.kernel.Rows;
import java.util.Map;

/** An SAE of another library: it reconstructs every batch, and learns from none. */
final class ImportedLearner implements Learner {
    private final NDManager manager;
    private final Sae<?> sae;
    private final InputScale scale;
    private final Rows rows;
    private final Dictionary view;

    /**
     * @param manager closed with the learner
     * @param sae closed with the learner
     */
    ImportedLearner(NDManager manager, Sae<?> sae, Imported imported) {
        this.manager = manager;
        this.sae = sae;
        this.scale = new InputScale(manager, imported.normalisation());
        this.rows = new Rows(manager);
        SaeView plain = new SaeView(manager, sae, scale, rows);
        this.view = imported.centredRows() ? new CentredRows(plain) : plain;
    }

    /** The mean of each row is taken away before, and added again after. */
    private record CentredRows(Dictionary plain) implements Dictionary {
        @Override
        public Size size() {
            return plain.size();
        }

        @Override
        public Reconstruction reconstruct(Batch batch) {
            try (NDArray means = batch.x().mean(new int[] {1}, true);
                    NDArray centred = batch.x().sub(means)) {
                Reconstruction made = plain.reconstruct(
                        new Batch(batch.firstToken(), centred, batch.tokenIds(), batch.positions(), batch.classes()));
                made.reconstructed().addi(means);
                return made;
            }
        }

        @Override
        public NDArray atoms() {
            return plain.atoms();
        }

        @Override
        public void close() {
            plain.close();
        }
    }

    @Override
    public Map<String, Reconstruction> learn(Batch batch) {
        return Map.of("", view.reconstruct(batch));
    }

    @Override
    public Map<String, Dictionary> views() {
        return Map.of("", view);
    }

    @Override
    public void save(StateSink out) {
        sae.parameters().saveValues(out);
    }

    @Override
    public void close() {
        scale.close();
        rows.close();
        sae.close();
        manager.close();
    }
}
