package dev.sluice.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report;
import dev.sluice.evaluator.report.Report.Figures;
import dev.sluice.evaluator.through.RowSet;
import dev.sluice.evaluator.tracking.EventReader;
import dev.sluice.evaluator.tracking.MetricLines;
import dev.sluice.producer.contract.ActivationEncoder;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.RowClass;
import dev.sluice.producer.contract.RowLabel;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.hash.Sha256;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.TopicSetup;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.checkpoint.StoredCheckpoint;
import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.measure.Scorer;
import dev.sluice.trainer.register.VariantPublisher;
import dev.sluice.trainer.training.TrainerService;
import dev.sluice.trainer.training.TrainerSettings;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real trainer and a real evaluator on a stream of invented rows, through a real broker. */
@Timeout(900)
class EvaluatorServiceIT {
    private static final int PARTITIONS = 2;
    private static final int WIDTH = 16;
    private static final int ROWS = 3000;
    private static final int HELDOUT = 500;
    private static final StreamSpec STREAM = new StreamSpec(
            new RowOrder(
                    new RowOrder.Documents("made", "1", 5, ""),
                    new RowOrder.Cut(16, -1, false),
                    RowOrder.Mixing.ofRows(1024, 7),
                    0),
            new RowValues("none", "1", null, "blocks.1.hook_resid_post", WIDTH, "F32"));
    private static final TrainingSpec TRAINING = TrainingKeys.spec(
            new TopKKind().descriptor(),
            Map.of(
                    "learning-rate",
                    4e-3,
                    "batch-tokens",
                    128,
                    "epochs",
                    2,
                    "tokens",
                    2 * ROWS,
                    "decay",
                    0.2,
                    "normalisation",
                    "none",
                    "seed",
                    1,
                    "checkpoint-tokens",
                    1024));
    private static final VariantSpec TOPK = new VariantSpec(
            "topk",
            STREAM.id(),
            TopK.of(Map.of(
                    "latents",
                    32,
                    "k",
                    4,
                    "aux-coefficient",
                    1.0 / 32,
                    "aux-normalisation",
                    "openai",
                    "rescale-by-decoder-norm",
                    false)),
            TRAINING,
            "earliest");
    private static final VariantSpec PCA =
            new VariantSpec("pca", STREAM.id(), new Pca(List.of(4), List.of(2, 4)), TRAINING, "earliest");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void shouldScoreTheFinalCheckpointsAsAnOfflineScoreDoesAndSayThatTheRunIsDone() {
        Vertx vertx = Vertx.vertx();
        Torch torch = Torch.start(1);
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
                ComputeThread compute = torch.startComputeThread()) {
            KafkaConnection kafka = Loopback.connection(broker.bootstrapServers());
            publishStream(kafka);
            TrainerService trainer = new TrainerService(new TrainerSettings(
                    kafka,
                    PARTITIONS,
                    folder.resolve("checkpoints"),
                    TrainerSettings.Member.ANY,
                    new TrainerSettings.Host(torch, compute, new CollectorRegistry(), new Health(System::nanoTime))));
            trainer.start();
            new VariantPublisher(kafka, PARTITIONS).publish(List.of(TOPK, PCA));

            Report first = runUntilDone(kafka, torch, compute, vertx);
            trainer.stop(Duration.ofMinutes(2));
            assertThat(first.tokens()).isEqualTo(ROWS);
            assertThat(first.heldoutTokens()).isEqualTo(HELDOUT);
            assertThat(first.variants())
                    .extracting(Report.Entry::id)
                    .containsExactly("pca-first-4", "pca-per-token-2", "pca-per-token-4", "topk");
            first.variants().forEach(entry -> assertIsScoredAsOffline(entry, torch, compute));
            Map<Path, String> tracked = tracked();
            first.variants().forEach(entry -> assertIsTracked(entry, tracked.keySet()));
            assertThat(Objects.requireNonNull(first.throughModel()).missing())
                    .isEqualTo("no model: the rows of " + STREAM.id() + " are not made of text");

            Report again = runUntilDone(kafka, torch, compute, vertx);
            assertThat(again).isEqualTo(first);
            assertThat(tracked()).isEqualTo(tracked);
            assertThatEveryLineIsThere(kafka, first);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private Report runUntilDone(KafkaConnection kafka, Torch torch, ComputeThread compute, Vertx vertx) {
        EvaluatorService evaluator = new EvaluatorService(new EvaluatorSettings(
                kafka,
                PARTITIONS,
                new EvaluatorConfiguration(
                        folder.resolve("checkpoints"),
                        1024,
                        200,
                        "service-it",
                        EvaluatorConfiguration.Model.of(Optional.empty(), folder.resolve("work"), RowSet.REST),
                        Optional.of(events()),
                        "again"),
                new EvaluatorSettings.Host(
                        torch, compute, vertx, new CollectorRegistry(), new Health(System::nanoTime))));
        evaluator.start();
        try {
            await().atMost(Duration.ofMinutes(6)).until(() -> evaluator.view().isDone());
            assertThat(evaluator.failure().toCompletableFuture()).isNotDone();
            return evaluator.view().report(null);
        } finally {
            evaluator.stop(Duration.ofMinutes(2));
        }
    }

    /** The event files with their hashes. */
    private Map<Path, String> tracked() {
        try (Stream<Path> files = Files.walk(events())) {
            return files.filter(file -> file.toString().contains("tfevents"))
                    .collect(Collectors.toMap(file -> file, EvaluatorServiceIT::hash));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(Path file) {
        try {
            return Sha256.hex(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertThatEveryLineIsThere(KafkaConnection kafka, Report report) {
        Path file = folder.resolve("lines.jsonl");
        try {
            MetricLines.write(kafka, STREAM.id(), file);
            List<String> lines = Files.readAllLines(file);
            assertThat(lines).doesNotHaveDuplicates();
            report.variants()
                    .forEach(entry -> assertThat(lines)
                            .anySatisfy(line -> assertThat(line)
                                    .contains(
                                            "\"last\":true",
                                            "\"split\":\"heldout\"",
                                            "\"series\":\"" + entry.id() + "\"")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertIsTracked(Report.Entry entry, Set<Path> files) {
        Path place =
                events().resolve(entry.name().variant()).resolve(entry.name().view());
        Path file = files.stream()
                .filter(each -> place.equals(each.getParent()))
                .findFirst()
                .orElseThrow();
        try {
            assertThat(EventReader.read(file))
                    .filteredOn(event -> event.scalars().containsKey("final/fvu"))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.step()).isEqualTo(entry.size().tokens());
                        assertThat(event.scalars().get("final/fvu"))
                                .isEqualTo((float) measured(entry.results().heldoutRest(), MetricTable.FVU));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path events() {
        return folder.resolve("events");
    }

    private void assertIsScoredAsOffline(Report.Entry entry, Torch torch, ComputeThread compute) {
        BatchStatistics offline = compute.lane("offline", 1)
                .submit(() -> score(
                        entry.name().variant().equals("topk") ? TOPK : PCA,
                        entry.name().view(),
                        torch.manager()))
                .join();
        Report.Results results = entry.results();
        assertThat(entry.size().tokens()).isEqualTo(2 * ROWS / 128 * 128);
        double sse = offline.all().squaredError() / HELDOUT;
        assertThat(measured(results.heldout(), MetricTable.SSE)).isCloseTo(sse, within(1e-9 * sse));
        double restSse = offline.rest().squaredError() / offline.rest().rows();
        assertThat(measured(results.heldoutRest(), MetricTable.SSE)).isCloseTo(restSse, within(1e-9 * restSse));
        assertThat(measured(results.heldout(), MetricTable.L0))
                .isEqualTo((double) offline.all().active() / HELDOUT);
        assertThat(results.prequential()).isNotNull();
    }

    private static double measured(@Nullable Figures figures, Metric metric) {
        return Objects.requireNonNull(Objects.requireNonNull(figures).of(metric));
    }

    private BatchStatistics score(VariantSpec spec, String view, NDManager manager) {
        CheckpointStore store = new CheckpointStore(folder.resolve("checkpoints"));
        StoredCheckpoint last =
                store.latest(folder.resolve("checkpoints").resolve(spec.id())).orElseThrow();
        try (NDManager memory = manager.newSubManager();
                Learner learner = Kind.of(spec).restore(spec, WIDTH, last, memory)) {
            float[] values = new float[HELDOUT * WIDTH];
            ByteBuffer classes = ByteBuffer.allocate(HELDOUT);
            for (int row = 0; row < HELDOUT; row++) {
                System.arraycopy(row(-1 - row), 0, values, row * WIDTH, WIDTH);
                classes.put(rowClass(row).code());
            }
            Batch batch = new Batch(
                    0,
                    memory.create(values, new Shape(HELDOUT, WIDTH)),
                    IntBuffer.allocate(HELDOUT),
                    IntBuffer.allocate(HELDOUT),
                    classes.flip());
            var dictionary = Objects.requireNonNull(learner.views().get(view));
            return Scorer.score(batch, dictionary.reconstruct(batch));
        }
    }

    private static void publishStream(KafkaConnection kafka) {
        TopicSetup.ensure(kafka, Topic.shared(PARTITIONS));
        TopicSetup.ensure(kafka, Topic.ofStream(STREAM.id()));
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka.recordProducer("it"), new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, Topic.train(STREAM.id()), ROWS, 1);
            send(producer, Topic.heldout(STREAM.id()), HELDOUT, -1);
            var unused = producer.send(new ProducerRecord<>(Topic.PROGRESS, STREAM.id(), Json.write(progress())));
            producer.commitTransaction();
        }
    }

    /** In records of at most 300 rows; row numbers of the held-out rows seed them downwards from -1. */
    private static void send(KafkaProducer<String, byte[]> producer, String topic, int rows, int sign) {
        ActivationEncoder encoder = new ActivationEncoder(STREAM);
        for (int first = 0; first < rows; first += 300) {
            for (int row = first; row < Math.min(rows, first + 300); row++) {
                float[] values = row(sign > 0 ? row : -1 - row);
                encoder.add(FloatBuffer.wrap(values), new RowLabel(row / 16, 0, row % 16, row % 50, "", rowClass(row)));
            }
            var unused = producer.send(new ProducerRecord<>(topic, encoder.finish(first)));
        }
    }

    private static RowClass rowClass(int row) {
        return row % 16 == 0 ? RowClass.FIRST_POSITION : RowClass.REST;
    }

    private static float[] row(long seed) {
        Random random = new Random(seed * 1_000_003);
        float[] values = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            values[i] = (float) random.nextGaussian() / 4;
        }
        values[random.nextInt(WIDTH)] += 3;
        values[random.nextInt(WIDTH)] += 5;
        return values;
    }

    private static StreamProgress progress() {
        return new StreamProgress(
                STREAM,
                STREAM.digest(),
                new StreamProgress.Extent(ROWS, HELDOUT, true),
                new StreamProgress.Run(List.of(STREAM.id()), ROWS),
                StreamProgress.Place.START,
                new StreamProgress.Telemetry(new StreamProgress.Reading(1, 1, 1, ROWS), 1, Map.of(), "cpu", 1, 1));
    }
}
