package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.RowChoice;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Adam;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.Schedule;
import dev.sluice.trainer.kernel.Scope;
import java.util.LinkedHashMap;
import java.util.Map;

/** Trains any family of SAE (MATHEMATICS.md, "Recipe"): what all of them share around their mathematics. */
public final class SaeLearner<A extends Activations> implements Learner {
    private static final String PROGRESS = "progress";
    private static final double CLIP_EPSILON = 1e-6;

    private final NDManager manager;
    private final Sae<A> sae;
    private final TrainingSpec training;
    private final Schedule schedule;
    private final boolean unitDecoder;
    private final DeadLatents dead;
    private final InputScale scale;
    private final RowChoice choice;
    private final Resampling resampling;
    private final Rows rows;
    private final Adam adam;
    private final SaeView view;
    private long tokens;

    /**
     * @param manager closed with the learner
     * @param sae closed with the learner
     */
    public SaeLearner(NDManager manager, Sae<A> sae, TrainingSpec training, String decoderNorm, long deadTokens) {
        this(manager, sae, training, decoderNorm, deadTokens, 0);
    }

    /** @param resampleTokens distance of resamplings of dead latents, 0 for none */
    public SaeLearner(
            NDManager manager,
            Sae<A> sae,
            TrainingSpec training,
            String decoderNorm,
            long deadTokens,
            long resampleTokens) {
        this.manager = manager;
        this.sae = sae;
        this.training = training;
        this.schedule = Schedule.of(training);
        this.unitDecoder = decoderNorm.equals(SaeRules.UNIT);
        this.dead = new DeadLatents(latents(), DeadLatents.window(deadTokens, training.batchTokens()));
        this.rows = new Rows(manager);
        this.adam = new Adam(manager, sae.parameters().values(), training.adam());
        this.scale = new InputScale(manager, training.normalisation());
        this.view = new SaeView(manager, sae, scale, rows);
        this.choice = new RowChoice(training.skipClasses());
        this.resampling = new Resampling(manager, resampleTokens, unitDecoder, training.seed());
    }

    /** A batch of which fewer rows are to be learned from than a product must have is measured only. */
    @Override
    public Map<String, Reconstruction> learn(Batch batch) {
        try (Scope scope = new Scope()) {
            NDArray chosen = chosen(batch);
            int count = (int) chosen.getShape().get(0);
            if (count < StableProduct.LEAST_ROWS) {
                tokens += batch.rows();
                return Map.of("", view.reconstruct(scope, batch, Map.of()));
            }
            if (adam.steps() == 0) {
                startFrom(chosen);
            }
            return Map.of("", learn(scope, batch, chosen));
        }
    }

    private NDArray chosen(Batch batch) {
        if (choice.isAll()) {
            return batch.x();
        }
        long[] rowNumbers = choice.of(batch);
        return rowNumbers.length == batch.rows()
                ? batch.x()
                : batch.x().get(batch.x().getManager().create(rowNumbers));
    }

    private Reconstruction learn(Scope scope, Batch batch, NDArray chosen) {
        boolean whole = chosen == batch.x();
        int count = (int) chosen.getShape().get(0);
        InputScale.Normalised rowsOfBatch = scale.normalise(chosen);
        NDArray x = rowsOfBatch.x();
        A activations = sae.activate(x);
        dead.count(activations.fired(), batch.rows());
        Sae.Progress progress = new Sae.Progress(tokens + batch.rows() - count, count, training.tokens(), dead);
        Sae.Gradients gradients = sae.gradients(x, activations, progress);
        Map<String, Double> losses = new LinkedHashMap<>(gradients.losses());
        Reconstruction before = whole
                ? view.reconstruction(scope, activations, rowsOfBatch, count, losses)
                : view.reconstruct(scope, batch, losses);
        boolean due = resampling.isDue(tokens, tokens + batch.rows());
        long start = tokens;
        descend(gradients, batch.rows(), losses);
        sae.advance(activations, progress);
        if (due) {
            resampling.run(start, x, activations.reconstructed(), sae.parameters(), adam, dead);
        }
        return before;
    }

    /** Normalisation and b_dec, both from the first batch. */
    private void startFrom(NDArray chosen) {
        int width = (int) chosen.getShape().get(1);
        float[] values = chosen.toFloatArray();
        scale.fit(values, width);
        if (scale.isPerRow()) {
            values = scale.normalise(chosen).x().toFloatArray();
        }
        float[] bias = DecoderBias.of(training.decoderBias(), values, width);
        for (int i = 0; i < bias.length; i++) {
            bias[i] *= (float) scale.factor();
        }
        sae.parameters().get(Parameters.DECODER_BIAS).set(bias);
    }

    private void descend(Sae.Gradients gradients, int batchRows, Map<String, Double> losses) {
        NDArray decoder = decoder();
        if (unitDecoder) {
            int index = sae.parameters().indexOf(Parameters.DECODER);
            rows.removeParallel(gradients.byParameter().get(index), decoder);
        }
        double norm = rows.normOf(gradients.byParameter());
        double rate = training.learningRate() * schedule.factor(tokens, batchRows);
        adam.step(gradients.byParameter(), rate, clipDivisor(norm));
        if (unitDecoder) {
            rows.makeUnit(decoder);
        }
        tokens += batchRows;
        view.changed();
        losses.put("gradient-norm", norm);
        losses.put("learning-rate", rate);
    }

    /** What gradients are divided by: 1, or so that their norm becomes the limit (torch's clip_grad_norm_). */
    private double clipDivisor(double norm) {
        return training.clipNorm() > 0 ? Math.max(1, (norm + CLIP_EPSILON) / training.clipNorm()) : 1;
    }

    private NDArray decoder() {
        return sae.parameters().get(Parameters.DECODER);
    }

    private int latents() {
        return (int) decoder().getShape().get(0);
    }

    @Override
    public Map<String, Dictionary> views() {
        return Map.of("", view);
    }

    @Override
    public void save(StateSink out) {
        out.longs(PROGRESS, new long[] {tokens, adam.steps()});
        scale.save(out);
        dead.save(out);
        sae.parameters().save(out, adam);
        sae.save(out);
    }

    void restore(StateSource state) {
        long[] progress = state.longs(PROGRESS);
        tokens = progress[0];
        scale.restore(state);
        dead.restore(state);
        sae.parameters().restore(state, adam, progress[1]);
        sae.restore(state);
    }

    @Override
    public void close() {
        resampling.close();
        scale.close();
        adam.close();
        rows.close();
        sae.close();
        manager.close();
    }
}
