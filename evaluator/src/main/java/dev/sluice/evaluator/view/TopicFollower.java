package dev.sluice.evaluator.view;

import dev.sluice.evaluator.contract.MetricTopic;
import dev.sluice.evaluator.contract.ResultTopic;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.BadRecords;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.ProgressTopic;
import dev.sluice.producer.topic.TopicReader;
import dev.sluice.trainer.contract.VariantTopics;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads every partition of the topics that the page shows, from the beginning, committed records only, for ever. */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final TopicReader topics;
    private final LiveView view;
    private final Health.Loop loop;
    private final Consumer<Throwable> failed;
    private final Thread thread;

    /**
     * @param loop is ticked
     * @param rejected is told the reason of every record that cannot be read
     * @param failed is told the cause when reading ends for another reason than {@link #close}
     */
    public TopicFollower(
            KafkaConnection kafka,
            LiveView view,
            Health.Loop loop,
            Consumer<String> rejected,
            Consumer<Throwable> failed) {
        this.topics = TopicReader.of(kafka, BadRecords.of(kafka, () -> rejected.accept("format")));
        this.view = view;
        this.loop = loop;
        this.failed = failed;
        this.thread = new Thread(this::run, "sluice-page-follower");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        topics.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("IllegalCatch") // whatever ends the thread must be heard
    private void run() {
        try (topics;
                loop) {
            follow();
        } catch (WakeupException expected) {
            LOG.debug("the page's follower ends");
        } catch (RuntimeException e) {
            failed.accept(e);
        }
    }

    /** Tells a view what is committed now. */
    public static void readOnce(KafkaConnection kafka, LiveView view) {
        try (TopicReader topics = TopicReader.brief(kafka)) {
            subscribe(topics, view);
            topics.readOn(CompactedTopic.LIMIT);
        }
        view.caughtUp();
    }

    private static void subscribe(TopicReader topics, LiveView view) {
        topics.add(ProgressTopic.TOPIC, view::put)
                .add(VariantTopics.VARIANTS, view::put)
                .add(VariantTopics.STATUS, (variant, status) -> ifThere(status, view::put))
                .add(VariantTopics.CHECKPOINTS, (variant, manifest) -> ifThere(manifest, view::put))
                .add(MetricTopic.TOPIC, (key, metrics) -> ifThere(metrics, view::put))
                .add(ResultTopic.TOPIC, view::put);
    }

    private void follow() {
        subscribe(topics, view);
        BooleanSupplier upToNow = topics.upToNow();
        boolean caughtUp = false;
        while (true) {
            topics.poll(POLL);
            loop.tick();
            if (!caughtUp && upToNow.getAsBoolean()) {
                caughtUp = true;
                view.caughtUp();
            }
        }
    }

    /** What goes with its variant needs no tombstone of its own. */
    private static <T> void ifThere(@Nullable T value, Consumer<T> view) {
        if (value != null) {
            view.accept(value);
        }
    }
}
