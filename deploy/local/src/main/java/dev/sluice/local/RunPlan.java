package dev.sluice.local;

import dev.sluice.evaluator.EvaluatorConfiguration;
import dev.sluice.evaluator.through.RowSet;
import dev.sluice.producer.ProducerConfiguration;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.hub.Hub;
import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.publish.ProducerSettings;
import dev.sluice.producer.publish.RowSource;
import dev.sluice.producer.service.ConfigurationException;
import dev.sluice.producer.service.KafkaClientMetrics;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.ServiceConfiguration;
import dev.sluice.producer.service.WebServer;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.ProgressTopic;
import dev.sluice.trainer.TrainerConfiguration;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.register.VariantRequest;
import dev.sluice.trainer.spec.VariantConflictException;
import dev.sluice.trainer.spec.VariantFile;
import dev.sluice.trainer.spec.VariantFileException;
import dev.sluice.trainer.training.TrainerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the three services of a run are told, each in the words of its own configuration.
 *
 * @param common to all
 * @param settings that the producer's configuration gives with the model's and the corpus' files
 */
record RunPlan(
        RunOptions options,
        ServiceConfiguration common,
        ProducerConfiguration producer,
        ProducerSettings settings,
        TrainerConfiguration trainer,
        EvaluatorConfiguration evaluator) {
    private static final String DEFAULT_VARIANTS = "variants.yaml";

    /** Of the topics keyed by variant. */
    static final int PARTITIONS = 8;

    /** The only trainer of its cluster has a name, so that after a kill it gets its variants back at once. */
    private static final String ONLY_TRAINER = "one-process";

    static final Duration GRACE = Duration.ofSeconds(30);

    /**
     * Opens the corpus and reads the model's configuration; fetches both if they are named on a hub and not there yet.
     *
     * @param command that gives this run again, for the report
     * @param hub of models and data sets by name
     * @throws WrongInput if one of them cannot be used, or the model has no such hook point
     * @throws LocalException if one of them cannot be had
     */
    static RunPlan of(RunOptions options, String command, DataFolder folder, Ports ports, Hub hub) {
        ServiceConfiguration common = new ServiceConfiguration(
                new KafkaConnection(ports.broker()),
                PARTITIONS,
                WebServer.LOOPBACK,
                ports.http(),
                Optional.empty(),
                GRACE);
        RunOptions.Streams streams = options.streams();
        ProducerConfiguration ofModel = ProducerConfiguration.of(
                ProducerConfiguration.Input.of(
                        streams.model(), streams.corpus(), Dtype.valueOf(streams.modelDtype()), streams.hooks()),
                streams.tokens() == null ? 0 : streams.tokens(),
                streams.seed(),
                folder.path());
        String synthetic = streams.synthetic();
        ProducerConfiguration producer = synthetic == null ? ofModel : ofModel.ofSynthetic(synthetic);
        Integer asked = options.training().epochs();
        int epochs = asked == null ? TrainerConfiguration.EPOCHS : asked;
        try {
            ProducerSettings settings = producer.settings(PARTITIONS, hub);
            return new RunPlan(
                    options,
                    common,
                    producer,
                    settings,
                    new TrainerConfiguration(
                            folder.checkpoints(),
                            TrainerSettings.GROUP,
                            Optional.of(ONLY_TRAINER),
                            Optional.ofNullable(options.training().variants()),
                            epochs),
                    EvaluatorConfiguration.of(folder.checkpoints(), model(options, settings, folder), command)
                            .trackedIn(Optional.ofNullable(options.tracking())));
        } catch (ConfigurationException e) {
            throw new WrongInput(Objects.requireNonNull(e.getMessage()), e);
        } catch (HubException e) {
            throw new LocalException(Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private static EvaluatorConfiguration.Model model(
            RunOptions options, ProducerSettings settings, DataFolder folder) {
        Optional<Path> files = settings.source() instanceof RowSource.Text text
                ? Optional.of(text.model().folder())
                : Optional.empty();
        return EvaluatorConfiguration.Model.of(
                files, folder.path(), RowSet.of(options.training().modelRows()));
    }

    /** The same, with Kafka clients whose metrics are exported. */
    RunPlan observedBy(KafkaClientMetrics clients) {
        return new RunPlan(options, common.observedBy(clients), producer, settings, trainer, evaluator);
    }

    /**
     * Asks for the dictionaries to train, on the streams of this run only: a data dir may hold others.
     *
     * @throws WrongInput if the user's file holds what cannot be trained
     */
    void askForVariants(List<StreamSpec> streams) {
        List<String> ids = streams.stream().map(StreamSpec::id).toList();
        Map<String, StreamProgress> progress = ProgressTopic.TOPIC
                .decided(common.kafka(), ids, CompactedTopic.LIMIT)
                .values();
        VariantRequest request = new VariantRequest(common.kafka(), PARTITIONS, trainer.epochs(), this::variants);
        try {
            request.publish(ids.stream()
                    .map(id -> Objects.requireNonNull(progress.get(id), id))
                    .toList());
        } catch (VariantFileException e) {
            throw new WrongInput(Objects.requireNonNull(e.getMessage()), e);
        } catch (VariantConflictException e) {
            throw new WrongInput(e.getMessage() + "; or another --data-dir", e);
        }
    }

    private List<VariantSpec> variants(VariantFile file) {
        return trainer.variants().isPresent()
                ? file.read(trainer.variants().get())
                : file.parse(DEFAULT_VARIANTS, defaultVariants());
    }

    private static String defaultVariants() {
        try (InputStream yaml =
                Objects.requireNonNull(RunPlan.class.getResourceAsStream(DEFAULT_VARIANTS), DEFAULT_VARIANTS)) {
            return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + DEFAULT_VARIANTS, e);
        }
    }
}
