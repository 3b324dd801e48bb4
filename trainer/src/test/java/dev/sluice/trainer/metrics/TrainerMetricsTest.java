package dev.sluice.trainer.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.service.Scrape;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.checkpoint.Ledger;
import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.DoubleVector;
import dev.sluice.trainer.contract.LatentSet;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrainerMetricsTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final int BATCH = 64;

    private final CollectorRegistry registry = new CollectorRegistry();
    private final TrainerMetrics metrics = new TrainerMetrics(registry, InstantSource.fixed(Instant.ofEpochMilli(NOW)));

    @Test
    void shouldScrapeWhatTheTrainerTold() {
        metrics.variants().begin("a");
        metrics.polled(2, 0.5);
        metrics.decoded(0.25);
        metrics.stepped("a", step(0, 0.002, 0.001));
        metrics.checkpointed("a", 0.05, NOW - 2000);
        metrics.checkpointFailed();
        metrics.checkpointRejected();
        metrics.variants().kept("a", NOW + 90_000);
        metrics.status(status("a", "training"));

        assertThat(scrape()).isEqualTo(expected());
    }

    @Test
    void shouldCallALatentDeadAfterTwoHundredBatches() {
        metrics.variants().begin("a");
        for (int step = 0; step < 200; step++) {
            metrics.stepped("a", step(step, 0.002, 0.001));
        }
        assertThat(registry.getSampleValue("sluice_trainer_dead_latents", new String[] {"variant"}, new String[] {"a"}))
                .isEqualTo(3);
    }

    @Test
    void shouldShowNoFvuOfRowsWithoutVariance() {
        metrics.variants().begin("a");
        metrics.stepped("a", step(0, 0, 0));
        assertThat(sample("sluice_trainer_fvu_ratio")).isNotNull();

        metrics.stepped("a", step(sums(32), 1));

        assertThat(sample("sluice_trainer_fvu_ratio")).isNull();
    }

    @Test
    void shouldForgetAVariantThatIsFencedAndHearNothingMoreOfIt() {
        String before = scrape();
        metrics.variants().begin("a");
        metrics.stepped("a", step(0, 0, 0));
        metrics.checkpointed("a", 0, NOW);
        metrics.variants().kept("a", NOW);
        metrics.status(status("a", "training"));
        assertThat(scrape()).contains("variant=\"a\"");

        metrics.fenced("a");
        metrics.stepped("a", step(1, 0, 0));
        metrics.status(status("a", "training"));

        assertThat(scrape()).doesNotContain("variant=\"a\"");
        assertThat(before).doesNotContain("variant=\"a\"");
        assertThat(registry.getSampleValue("sluice_trainer_fenced_total")).isEqualTo(1);
    }

    @Test
    void shouldCountOnInTheNextStretchOfAVariantAndBeginTheRestAnew() {
        metrics.variants().begin("a");
        metrics.stepped("a", step(0, 0, 0));
        metrics.variants().begin("a");

        assertThat(sample("sluice_trainer_tokens_total")).isEqualTo(BATCH);
        assertThat(sample("sluice_trainer_fvu_ratio")).isNull();
    }

    @Test
    void shouldCountAnewWhenAVariantIsTakenAgain() {
        metrics.variants().begin("a");
        metrics.stepped("a", step(0, 0, 0));
        metrics.variants().forget("a");
        metrics.variants().begin("a");

        assertThat(sample("sluice_trainer_tokens_total")).isZero();
    }

    private @Nullable Double sample(String name) {
        return registry.getSampleValue(name, new String[] {"variant"}, new String[] {"a"});
    }

    private String scrape() {
        return Scrape.text(registry, TextFormat.CONTENT_TYPE_004);
    }

    /** Latent 0 of four fires. */
    private static LearnedStep step(long step, double learnSeconds, double scoreSeconds) {
        return new LearnedStep(List.of(measurement(sums(96), step)), HEADER, learnSeconds, scoreSeconds);
    }

    private static ClassSums sums(double squaredNorm) {
        return new ClassSums(
                new ClassSums.Rows(BATCH, DoubleVector.of(32, 32), squaredNorm),
                new ClassSums.Reconstructed(16, 0, 0, 0, 0),
                new ClassSums.Coded(2 * BATCH, 0));
    }

    private static LearnedStep step(ClassSums sums, long step) {
        return new LearnedStep(List.of(measurement(sums, step)), HEADER, 0, 0);
    }

    private static Measurement measurement(ClassSums sums, long step) {
        BitSet fired = new BitSet();
        fired.set(0);
        return new Measurement(
                new Measurement.Subject("a", "", 0, "s", "topk"),
                new Measurement.Span(Measurement.PREQUENTIAL, step, step * BATCH, BATCH, false),
                new Measurement.Result(
                        2,
                        4,
                        Map.of("loss", 1.5, "gradient-norm", 2.5, "learning-rate", 0.001, "l1", 7.0),
                        new BatchStatistics(sums, sums, List.of(), LatentSet.of(fired)),
                        null),
                NOW);
    }

    private static final CheckpointHeader HEADER = new CheckpointHeader(
            new CheckpointHeader.Training(
                    new VariantSpec(
                            "a",
                            "s",
                            new Pca(List.of(1), List.of()),
                            TrainingKeys.spec(
                                    new TopKKind().descriptor(),
                                    Map.of(
                                            "learning-rate",
                                            1e-3,
                                            "batch-tokens",
                                            BATCH,
                                            "epochs",
                                            1,
                                            "tokens",
                                            640,
                                            "warm-up",
                                            0,
                                            "decay",
                                            0,
                                            "normalisation",
                                            "none",
                                            "seed",
                                            1,
                                            "checkpoint-tokens",
                                            64)),
                            "earliest"),
                    0,
                    "digest",
                    0),
            new CheckpointManifest.Position(1, BATCH, BATCH, 0),
            Ledger.EMPTY);

    private static VariantStatus status(String variant, String state) {
        return new VariantStatus(
                new VariantStatus.Subject(variant, 0, "s", "topk", 4, 12),
                new VariantStatus.Condition(VariantPhase.of(state), null),
                new VariantStatus.Progress(BATCH, -1, 0, BATCH, 936),
                new VariantStatus.Pace(0, 0),
                VariantStatus.Checkpoint.NONE,
                NOW);
    }

    private static String expected() {
        String states = Arrays.stream(VariantPhase.values())
                .map(VariantPhase::wireName)
                .sorted()
                .map(label -> "sluice_trainer_state{variant=\"a\",state=\"" + label + "\",} "
                        + (label.equals("training") ? "1.0" : "0.0"))
                .collect(Collectors.joining("\n"));
        return """
                # HELP sluice_trainer_checkpoint_seconds Time to write and commit a checkpoint.
                # TYPE sluice_trainer_checkpoint_seconds histogram
                sluice_trainer_checkpoint_seconds_bucket{le="0.01",} 0.0
                sluice_trainer_checkpoint_seconds_bucket{le="0.03",} 0.0
                sluice_trainer_checkpoint_seconds_bucket{le="0.1",} 1.0
                sluice_trainer_checkpoint_seconds_bucket{le="0.3",} 1.0
                sluice_trainer_checkpoint_seconds_bucket{le="1.0",} 1.0
                sluice_trainer_checkpoint_seconds_bucket{le="3.0",} 1.0
                sluice_trainer_checkpoint_seconds_bucket{le="10.0",} 1.0
                sluice_trainer_checkpoint_seconds_bucket{le="30.0",} 1.0
                sluice_trainer_checkpoint_seconds_bucket{le="100.0",} 1.0
                sluice_trainer_checkpoint_seconds_bucket{le="+Inf",} 1.0
                sluice_trainer_checkpoint_seconds_count 1.0
                sluice_trainer_checkpoint_seconds_sum 0.05
                # HELP sluice_trainer_checkpoints_total Checkpoints: ok, failed, rejected.
                # TYPE sluice_trainer_checkpoints_total counter
                sluice_trainer_checkpoints_total{result="failed",} 1.0
                sluice_trainer_checkpoints_total{result="ok",} 1.0
                sluice_trainer_checkpoints_total{result="rejected",} 1.0
                # HELP sluice_trainer_dead_latents Latents that did not fire for 10 M tokens, or for 200 batches if fewer.
                # TYPE sluice_trainer_dead_latents gauge
                sluice_trainer_dead_latents{variant="a",} 0.0
                # HELP sluice_trainer_duplicates_total Places of the log where rows come a second time.
                # TYPE sluice_trainer_duplicates_total counter
                sluice_trainer_duplicates_total{variant="a",} 0.0
                # HELP sluice_trainer_fenced_total Variants lost to another owner while still trained.
                # TYPE sluice_trainer_fenced_total counter
                sluice_trainer_fenced_total 0.0
                # HELP sluice_trainer_fvu_ratio Fraction of variance unexplained of the last step's batch, class rest.
                # TYPE sluice_trainer_fvu_ratio gauge
                sluice_trainer_fvu_ratio{variant="a",} 0.25
                # HELP sluice_trainer_gaps_total Places of the log where rows are missing.
                # TYPE sluice_trainer_gaps_total counter
                sluice_trainer_gaps_total{variant="a",} 0.0
                # HELP sluice_trainer_gradient_norm Norm of the gradient of the last step, before clipping.
                # TYPE sluice_trainer_gradient_norm gauge
                sluice_trainer_gradient_norm{variant="a",} 2.5
                # HELP sluice_trainer_l0_latents Active latents per token of the last step's batch, class rest.
                # TYPE sluice_trainer_l0_latents gauge
                sluice_trainer_l0_latents{variant="a",} 2.0
                # HELP sluice_trainer_lag_rows Rows of the log not yet read in this pass.
                # TYPE sluice_trainer_lag_rows gauge
                sluice_trainer_lag_rows{variant="a",} 936.0
                # HELP sluice_trainer_last_checkpoint_timestamp_seconds When a checkpoint was last committed.
                # TYPE sluice_trainer_last_checkpoint_timestamp_seconds gauge
                sluice_trainer_last_checkpoint_timestamp_seconds{variant="a",} 1.799999998E9
                # HELP sluice_trainer_latents Size of the dictionary.
                # TYPE sluice_trainer_latents gauge
                sluice_trainer_latents{variant="a",} 4.0
                # HELP sluice_trainer_learning_rate Learning rate of the last step.
                # TYPE sluice_trainer_learning_rate gauge
                sluice_trainer_learning_rate{variant="a",} 0.001
                # HELP sluice_trainer_loss Loss of the last step.
                # TYPE sluice_trainer_loss gauge
                sluice_trainer_loss{variant="a",} 1.5
                # HELP sluice_trainer_polls_total Polls of the broker that returned records.
                # TYPE sluice_trainer_polls_total counter
                sluice_trainer_polls_total 1.0
                # HELP sluice_trainer_records_total Activation records, accepted or rejected.
                # TYPE sluice_trainer_records_total counter
                sluice_trainer_records_total{result="accepted",reason="",} 1.0
                sluice_trainer_records_total{result="rejected",reason="foreign",} 0.0
                sluice_trainer_records_total{result="rejected",reason="rows-lost",} 0.0
                # HELP sluice_trainer_retention_margin_seconds Time until the log may delete rows that are still to be read.
                # TYPE sluice_trainer_retention_margin_seconds gauge
                sluice_trainer_retention_margin_seconds{variant="a",} 90.0
                # HELP sluice_trainer_stage_seconds_total Busy time by stage: learn, score, checkpoint; poll, decode for variant all, which they share.
                # TYPE sluice_trainer_stage_seconds_total counter
                sluice_trainer_stage_seconds_total{variant="a",stage="checkpoint",} 0.05
                sluice_trainer_stage_seconds_total{variant="a",stage="learn",} 0.002
                sluice_trainer_stage_seconds_total{variant="a",stage="score",} 0.001
                sluice_trainer_stage_seconds_total{variant="all",stage="decode",} 0.25
                sluice_trainer_stage_seconds_total{variant="all",stage="poll",} 0.5
                # HELP sluice_trainer_state 1 for the current state, 0 for the others.
                # TYPE sluice_trainer_state gauge
                %s
                # HELP sluice_trainer_step_seconds Time to learn and measure one batch.
                # TYPE sluice_trainer_step_seconds histogram
                sluice_trainer_step_seconds_bucket{le="0.001",} 0.0
                sluice_trainer_step_seconds_bucket{le="0.003",} 1.0
                sluice_trainer_step_seconds_bucket{le="0.01",} 1.0
                sluice_trainer_step_seconds_bucket{le="0.03",} 1.0
                sluice_trainer_step_seconds_bucket{le="0.1",} 1.0
                sluice_trainer_step_seconds_bucket{le="0.3",} 1.0
                sluice_trainer_step_seconds_bucket{le="1.0",} 1.0
                sluice_trainer_step_seconds_bucket{le="3.0",} 1.0
                sluice_trainer_step_seconds_bucket{le="10.0",} 1.0
                sluice_trainer_step_seconds_bucket{le="+Inf",} 1.0
                sluice_trainer_step_seconds_count 1.0
                sluice_trainer_step_seconds_sum 0.003
                # HELP sluice_trainer_steps_total Updates.
                # TYPE sluice_trainer_steps_total counter
                sluice_trainer_steps_total{variant="a",} 1.0
                # HELP sluice_trainer_tokens_total Tokens consumed.
                # TYPE sluice_trainer_tokens_total counter
                sluice_trainer_tokens_total{variant="a",} 64.0
                """.formatted(states);
    }
}
