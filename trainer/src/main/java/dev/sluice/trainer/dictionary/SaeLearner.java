package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.kernel.Adam;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.Schedule;
import dev.sluice.trainer.kernel.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trains any family of SAE by the recipe of dictionary-maths 1: what all of them share around their mathematics. */
final class SaeLearner<A extends Activations> implements Learner {
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
    private long tokens;

    /** ‖w_j‖ in raw units, until the next update. */
    private @Nullable NDArray atomNorms;

    /** Those of the last reconstruction by {@link #learn}, which its reader may still hold. */
    private @Nullable NDArray lastAtomNorms;

    /**
     * @param manager closed with the learner
     * @param sae closed with the learner
     */
    SaeLearner(NDManager manager, Sae<A> sae, TrainingSpec training, String decoderNorm, long deadTokens) {
        this(manager, sae, training, decoderNorm, deadTokens, 0);
    }

    /** @param resampleTokens distance of resamplings of dead latents, 0 for none */
    SaeLearner(
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
        this.choice = new RowChoice(training.skipClasses());
        this.resampling = new Resampling(manager, resampleTokens, unitDecoder, training.seed());
    }

    /** A batch of which fewer rows are to be learned from than a product must have is measured only. */
    @Override
    public Map<String, Reconstruction> learn(Batch batch) {
        try (Scope scope = new Scope()) {
            NDArray chosen = chosen(batch);
            int count = (int) chosen.getShape().get(0);
            if (count < Rows.LEAST) {
                tokens += batch.rows();
                return Map.of("", measured(scope, batch, Map.of()));
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
        Reconstruction before =
                whole ? reconstruction(scope, activations, rowsOfBatch, count, losses) : measured(scope, batch, losses);
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
        retireAtomNorms();
        losses.put("gradient-norm", norm);
        losses.put("learning-rate", rate);
    }

    /** What gradients are divided by: 1, or so that their norm becomes the limit (torch's clip_grad_norm_). */
    private double clipDivisor(double norm) {
        return training.clipNorm() > 0 ? Math.max(1, (norm + CLIP_EPSILON) / training.clipNorm()) : 1;
    }

    private Reconstruction measured(Scope scope, Batch batch, Map<String, Double> losses) {
        InputScale.Normalised normalised = scale.normalise(Rows.padded(batch.x()));
        return reconstruction(scope, sae.infer(normalised.x()), normalised, batch.rows(), losses);
    }

    private Reconstruction reconstruction(
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

    private void retireAtomNorms() {
        if (lastAtomNorms != null) {
            lastAtomNorms.close();
        }
        lastAtomNorms = atomNorms;
        atomNorms = null;
    }

    private NDArray decoder() {
        return sae.parameters().get(Parameters.DECODER);
    }

    private int latents() {
        return (int) decoder().getShape().get(0);
    }

    private int width() {
        return (int) decoder().getShape().get(1);
    }

    @Override
    public Map<String, Dictionary> views() {
        return Map.of("", new View());
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

    private final class View implements Dictionary {
        @Override
        public Size size() {
            return new Size(latents(), width(), sae.parameters().count());
        }

        @Override
        public Reconstruction reconstruct(Batch batch) {
            try (Scope scope = new Scope()) {
                return measured(scope, batch, Map.of());
            }
        }

        @Override
        public NDArray atoms() {
            try (Scope scope = new Scope()) {
                return scope.keep(scale.undo(decoder()), manager);
            }
        }

        @Override
        public void close() {
            // The state is the learner's.
        }
    }
}
