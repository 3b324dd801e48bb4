package dev.sluice.trainer.register;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.Service;
import dev.sluice.producer.topic.ProgressTopic;
import dev.sluice.producer.topic.TopicReader;
import dev.sluice.producer.topic.TopicSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for the variants of a file on all streams that {@code sluice.progress} tells of, whenever one begins. */
public final class VariantRequests implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(VariantRequests.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SILENCE = Duration.ofMinutes(2);

    private final KafkaConnection kafka;
    private final VariantRequest request;
    private final Health health;
    private final Health.Part part;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "sluice-variants");
    private final TopicSnapshot<StreamProgress> streams = new TopicSnapshot<>();
    private final List<List<String>> asked = new ArrayList<>();
    private volatile boolean stopping;

    /** Starts nothing. */
    public VariantRequests(KafkaConnection kafka, VariantRequest request, Health health) {
        this.kafka = kafka;
        this.request = request;
        this.health = health;
        this.part = health.part(name());
    }

    @Override
    public String name() {
        return "variants";
    }

    @Override
    public void start() {
        thread.start();
        part.started();
    }

    @Override
    public void stop(Duration within) {
        stopping = true;
        try {
            thread.join(within.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletionStage<Throwable> failure() {
        return failure;
    }

    private void run() {
        try (Health.Loop loop = health.loop(name(), SILENCE);
                TopicReader topics = TopicReader.of(kafka)) {
            topics.add(ProgressTopic.TOPIC, streams);
            while (!stopping) {
                loop.tick();
                topics.poll(POLL);
                ask();
            }
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            if (!stopping) {
                failure.complete(e);
            }
        }
    }

    /** Once for the streams that were begun together, when all of them are there. */
    private void ask() {
        Map<String, StreamProgress> begun = streams.values();
        for (StreamProgress stream : begun.values()) {
            List<String> together = stream.run().streams();
            if (!asked.contains(together) && begun.keySet().containsAll(together)) {
                request.publish(together.stream()
                        .map(id -> Objects.requireNonNull(begun.get(id)))
                        .toList());
                asked.add(together);
                LOG.info("asked for the variants on {}", String.join(", ", together));
            }
        }
    }
}
