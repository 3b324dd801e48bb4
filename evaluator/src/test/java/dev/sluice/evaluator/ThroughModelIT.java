package dev.sluice.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.report.Report;
import dev.sluice.evaluator.through.RowSet;
import dev.sluice.producer.ProducerConfiguration;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.hub.Hub;
import dev.sluice.producer.hub.LoggedDownloads;
import dev.sluice.producer.publish.ProducerService;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.register.VariantPublisher;
import dev.sluice.trainer.training.TrainerService;
import dev.sluice.trainer.training.TrainerSettings;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bundled model over the beginning of the bundled text, and its dictionaries scored through it. */
@Timeout(900)
class ThroughModelIT {
    private static final int PARTITIONS = 2;
    private static final long TOKENS = 30_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void shouldSayWhatDictionariesAreWorthToTheModelOfTheirStream() {
        Vertx vertx = Vertx.vertx();
        Torch torch = Torch.start(1);
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
                ComputeThread compute = torch.startComputeThread()) {
            KafkaConnection kafka = Loopback.connection(broker.bootstrapServers());
            StreamSpec stream = publish(kafka, torch, compute);
            TrainerService trainer = new TrainerService(new TrainerSettings(
                    kafka,
                    PARTITIONS,
                    folder.resolve("checkpoints"),
                    TrainerSettings.Member.ANY,
                    new TrainerSettings.Host(torch, compute, new CollectorRegistry(), new Health(System::nanoTime))));
            trainer.start();
            new VariantPublisher(kafka, PARTITIONS).publish(variants(stream));
            EvaluatorService evaluator = evaluator(kafka, torch, compute, vertx);
            evaluator.start();
            try {
                await().atMost(Duration.ofMinutes(6))
                        .until(() -> evaluator.view().isDone());
                assertThat(evaluator.failure().toCompletableFuture()).isNotDone();
                assertResults(stream, evaluator.view().results(stream.id()).results());
                assertReport(evaluator.view().report(stream.id()));
            } finally {
                evaluator.stop(Duration.ofMinutes(2));
                trainer.stop(Duration.ofMinutes(2));
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private StreamSpec publish(KafkaConnection kafka, Torch torch, ComputeThread compute) {
        ProducerConfiguration configuration = ProducerConfiguration.of(
                ProducerConfiguration.Input.of(
                        ProducerConfiguration.SAMPLE, ProducerConfiguration.SAMPLE, Dtype.F32, List.of()),
                TOKENS,
                0,
                folder.resolve("producer"));
        ProducerService producer = new ProducerService(
                configuration.settings(PARTITIONS, Hub.ofEnvironment(new LoggedDownloads())),
                kafka,
                torch,
                compute.lane("producer", 1),
                new CollectorRegistry(),
                new Health(System::nanoTime));
        producer.start();
        try {
            producer.published().toCompletableFuture().join();
            return producer.streams().toCompletableFuture().join().get(0);
        } finally {
            producer.stop(Duration.ofMinutes(1));
        }
    }

    private static List<VariantSpec> variants(StreamSpec stream) {
        TrainingSpec training = TrainingKeys.spec(
                new TopKKind().descriptor(), Map.of("epochs", 1, "tokens", TOKENS, "checkpoint-tokens", 8192));
        return List.of(
                new VariantSpec("topk", stream.id(), TopK.of(Map.of("latents", 64, "k", 8)), training, "earliest"),
                new VariantSpec("pca", stream.id(), new Pca(List.of(8), List.of(8, 32)), training, "earliest"));
    }

    private EvaluatorService evaluator(KafkaConnection kafka, Torch torch, ComputeThread compute, Vertx vertx) {
        return new EvaluatorService(new EvaluatorSettings(
                kafka,
                PARTITIONS,
                EvaluatorConfiguration.of(
                        folder.resolve("checkpoints"),
                        EvaluatorConfiguration.Model.of(Optional.empty(), folder.resolve("evaluator"), RowSet.REST),
                        "again"),
                new EvaluatorSettings.Host(
                        torch, compute, vertx, new CollectorRegistry(), new Health(System::nanoTime))));
    }

    private static void assertResults(StreamSpec stream, List<JobResult> results) {
        List<ModelScores> scores = results.stream()
                .filter(result -> result.key().job().equals(JobResult.THROUGH_MODEL))
                .map(ModelScores::of)
                .map(Objects::requireNonNull)
                .toList();
        assertThat(scores).hasSize(2).allSatisfy(each -> {
            assertThat(each.model().revision()).isEqualTo(stream.values().modelRevision());
            assertThat(each.scope().replaced()).isEqualTo("rest");
            assertThat(each.scope().tokens()).isPositive();
            assertThat(ce(each, "original")).isBetween(3.0, 6.5);
            assertThat(ce(each, "zero")).isGreaterThan(ce(each, "original") + 2);
            assertThat(ce(each, "mean")).isGreaterThan(ce(each, "original") + 2);
            assertThat(ce(each, "resample")).isGreaterThan(ce(each, "original") + 2);
        });
        assertThat(scores)
                .extracting(ModelScores::references)
                .containsOnly(scores.get(0).references());
        ModelScores pca = scores.stream()
                .filter(each -> each.views().containsKey("first-8"))
                .findFirst()
                .orElseThrow();
        double first = recovered(pca, "first-8");
        double perToken = recovered(pca, "per-token-8");
        assertThat(first).isBetween(0.3, perToken);
        assertThat(perToken).isLessThan(recovered(pca, "per-token-32"));
        assertThat(recovered(pca, "per-token-32")).isLessThan(1);
    }

    private static double ce(ModelScores scores, String run) {
        return Objects.requireNonNull(
                Objects.requireNonNull(scores.references().get(run)).get("cross_entropy"));
    }

    private static double recovered(ModelScores scores, String view) {
        return Objects.requireNonNull(
                Objects.requireNonNull(scores.views().get(view)).metrics().get("ce_recovered"));
    }

    private static void assertReport(Report report) {
        assertThat(report.throughModel())
                .isNotNull()
                .satisfies(all -> assertThat(all.missing()).isNull());
        assertThat(report.variants())
                .hasSize(4)
                .allSatisfy(entry -> assertThat(entry.results().throughModel())
                        .as(entry.name().id())
                        .isNotNull());
    }
}
