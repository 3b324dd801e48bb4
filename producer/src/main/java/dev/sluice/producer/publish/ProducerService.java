package dev.sluice.producer.publish;

import dev.sluice.producer.block.StoppedException;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.engine.Lane;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.Service;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the streams of one {@link RowSource}: one thread reads, tokenizes and has the model run on the compute
 * thread, a second one mixes, encodes and sends. Ends by itself when the streams are complete.
 */
public final class ProducerService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerService.class);
    private static final Duration TICK_LIMIT = Duration.ofMinutes(2);
    private static final long JOIN_TICK_MILLIS = 1000;

    private final ProducerSettings settings;
    private final KafkaConnection kafka;
    private final Torch torch;
    private final ComputeLane lane;
    private final ProducerMetrics metrics;
    private final Health.Part part;
    private final Health.Loop loop;
    private final CompletableFuture<List<StreamSpec>> streams = new CompletableFuture<>();
    private final CompletableFuture<Void> published = new CompletableFuture<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Thread harvester = new Thread(this::harvest, "sluice-producer-harvest");
    private volatile boolean stopping;

    /** Starts nothing. {@code lane} is the producer's own on the compute thread of {@code torch}. */
    public ProducerService(
            ProducerSettings settings,
            KafkaConnection kafka,
            Torch torch,
            Lane lane,
            CollectorRegistry registry,
            Health health) {
        this.settings = settings;
        this.kafka = kafka;
        this.torch = torch;
        this.lane = new ComputeLane(lane, this::tick);
        this.metrics = new ProducerMetrics(registry);
        this.part = health.part(name());
        this.loop = health.loop(name(), TICK_LIMIT);
    }

    @Override
    public String name() {
        return "producer";
    }

    @Override
    public void start() {
        harvester.start();
    }

    /** The streams, one for each hook in their order, as soon as they are known. */
    public CompletionStage<List<StreamSpec>> streams() {
        return streams.minimalCompletionStage();
    }

    /** Completes when every stream is complete in the log. */
    public CompletionStage<Void> published() {
        return published.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Throwable> failure() {
        return failure.minimalCompletionStage();
    }

    /** Ends behind the current batch and the current transaction. */
    @Override
    public void stop(Duration within) {
        stopping = true;
        part.ready(false);
        try {
            harvester.join(within.toMillis());
            if (harvester.isAlive()) {
                harvester.interrupt();
                harvester.join(JOIN_TICK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        loop.tick();
        checkStopped();
    }

    private void checkStopped() {
        if (stopping) {
            throw new StoppedException();
        }
    }

    private void fail(Throwable cause) {
        stopping = true;
        part.ready(false);
        failure.complete(cause);
        streams.completeExceptionally(cause);
    }

    private void harvest() {
        try (loop;
                OpenSource source = OpenSource.open(settings, torch, lane, metrics)) {
            new ProducerRun(settings, kafka, source, metrics, this::tick, this::checkStopped).run(this::known);
            published.complete(null);
            LOG.info("every stream is complete");
        } catch (StoppedException e) {
            LOG.info("producer stopped");
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
    }

    private void known(List<StreamSpec> specs) {
        specs.forEach(spec -> LOG.info("publishing stream {}", spec.id()));
        streams.complete(specs);
        part.started();
    }
}
