package dev.sluice.evaluator.page;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.FiringDensity;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Records as the topics carry them, about one invented stream. */
public final class Facts {
    static final StreamSpec SPEC = new StreamSpec(
            new RowOrder(
                    new RowOrder.Documents("sample", "r", 5, "t"),
                    new RowOrder.Cut(128, 0, false),
                    RowOrder.Mixing.ofRows(16_384, 1),
                    0),
            new RowValues("tiny", "r", null, "blocks.3.hook_resid_post", 128, "F16"));
    public static final String STREAM = SPEC.id();

    /** Of 1024 latents: 100 are silent, the last fires on a tenth of 1000 rows. */
    private static final FiringDensity DENSITY = density();

    private static FiringDensity density() {
        long[] firings = new long[1024];
        Arrays.fill(firings, 100, 1024, 2);
        firings[1023] = 100;
        return FiringDensity.of(firings, 1000);
    }

    private Facts() {}

    public static StreamProgress progress(long rows, boolean complete, double forwardSeconds, long atMillis) {
        return new StreamProgress(
                SPEC,
                SPEC.digest(),
                new StreamProgress.Extent(rows, 4000, complete),
                new StreamProgress.Run(List.of(STREAM), 130_000),
                StreamProgress.Place.START,
                new StreamProgress.Telemetry(
                        new StreamProgress.Reading(rows / 1000, rows * 3, 400_000, 130_000),
                        rows * 256,
                        Map.of("tokenize", forwardSeconds / 10, "forward", forwardSeconds),
                        "cpu",
                        1,
                        atMillis));
    }

    public static VariantSpec topk(String id) {
        return spec(id, TopK.of(Map.of()));
    }

    public static VariantSpec member(String id, String group) {
        VariantSpec alone = topk(id);
        return new VariantSpec(id, STREAM, alone.dictionary(), alone.training(), alone.from(), group);
    }

    public static VariantSpec pca(String id) {
        return spec(id, new Pca(List.of(8), List.of(8, 16)));
    }

    private static VariantSpec spec(String id, DictionarySpec dictionary) {
        return new VariantSpec(
                id,
                STREAM,
                dictionary,
                TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.of(
                                "learning-rate", 1e-3,
                                "epochs", 5,
                                "tokens", 650_000,
                                "decay", 0.2,
                                "normalisation", "none",
                                "seed", 1,
                                "checkpoint-tokens", 50_000)),
                "earliest");
    }

    public static VariantStatus status(String id, String kind, String state, long tokens, double busy, long atMillis) {
        return new VariantStatus(
                new VariantStatus.Subject(id, 0, STREAM, kind, 1024, 263_000),
                new VariantStatus.Condition(VariantPhase.of(state), null),
                new VariantStatus.Progress(tokens, 640_000, 3, 100, 20),
                new VariantStatus.Pace(16_000, busy),
                new VariantStatus.Checkpoint(51_200, atMillis - 2000),
                atMillis);
    }

    public static CheckpointManifest manifest(VariantSpec spec, long tokens, boolean last) {
        return new CheckpointManifest(
                new CheckpointManifest.Origin(spec, 0, SPEC.digest()),
                new CheckpointManifest.Position(tokens / 1024, tokens, 0, 4),
                last,
                new CheckpointManifest.StoredFile("f", 1, "s"),
                Map.of(),
                null);
    }

    public static RollingMetrics metrics(
            String variant, String view, String kind, String split, long end, long to, boolean last, double fvu) {
        return metrics(variant, view, kind, split, end, to, to < end && !last, last, fvu, 1000);
    }

    public static RollingMetrics metrics(
            String variant,
            String view,
            String kind,
            String split,
            long end,
            long to,
            boolean partial,
            boolean last,
            double fvu,
            long atMillis) {
        double l0 = view.isEmpty() ? 16 : Integer.parseInt(view.substring(view.lastIndexOf('-') + 1));
        return new RollingMetrics(
                Json.VERSION,
                new RollingMetrics.Series(variant, view, 0, STREAM, kind, 1024),
                new RollingMetrics.Span(split, end, 0, to, partial, last),
                new RollingMetrics.Figures(
                        values(1000, fvu * 7, fvu * 900, fvu, l0),
                        values(990, fvu * 6, fvu * 800, fvu, l0),
                        new RollingMetrics.Dead(0.25, 0.125, 65_536),
                        split.equals(Measurement.HELDOUT) ? DENSITY : null,
                        Map.of()),
                atMillis);
    }

    /** Of a job through the model over the final checkpoint, as the evaluator publishes it. */
    public static JobResult throughModel(VariantSpec spec, String view, Map<String, Double> metrics) {
        ModelScores scores = new ModelScores(
                new ModelScores.Model("tiny", "r", null, "blocks.3.hook_resid_post"),
                new ModelScores.Scope("rest", "rest", 3910, 7),
                Map.of("original", Map.of("cross_entropy", 5.0), "zero", Map.of("cross_entropy", 9.0, "kl", 4.5)),
                Map.of(view, new ModelScores.View(metrics, Map.of("ce_recovered", List.of(0.75, 0.875)))));
        return throughModel(
                spec, new JobResult.Outcome(JobResult.DONE, null, Json.mapper().valueToTree(scores), null));
    }

    public static JobResult throughModel(VariantSpec spec, JobResult.Outcome outcome) {
        return new JobResult(
                new JobResult.Key(spec.id(), 0, 650_000, JobResult.THROUGH_MODEL),
                new JobResult.Checkpoint(STREAM, 634, true, "s"),
                outcome,
                new JobResult.Effort(3976, 0.5, 1000));
    }

    private static Values values(long rows, double mse, double sse, double fvu, double l0) {
        Map<String, Double> metrics =
                new TreeMap<>(Map.of("l1", 30.0, "cosine", 0.9, "norm_ratio", 0.875, "reconstruction_bias", 1.0));
        metrics.putAll(Map.of("mse", mse, "sse", sse, "fvu", fvu, "l0", l0));
        return new Values(rows, metrics);
    }
}
