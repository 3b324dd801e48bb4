package dev.sluice.evaluator.tracking;

import dev.sluice.evaluator.contract.MetricTopic;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.TopicReader;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.contract.WantedVariant;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the metrics on a thread of its own and writes each to one sink, in the order of tokens: at first when all that
 * was there is read, then whenever nothing has come for a moment. What goes wrong is told once and stops nothing but the
 * tracking.
 */
final class Tracker implements AutoCloseable {
    /** So many points may come while a sink does not answer. */
    private static final int MOST_NEW = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(Tracker.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(15);
    private static final Duration LAST_READ = Duration.ofSeconds(5);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final KafkaConnection kafka;
    private final Backlog backlog;
    private final Supplier<TrackingSink> opener;
    private final Thread thread;
    private volatile boolean closing;
    private long flushAt = Long.MAX_VALUE;
    private long notBefore;

    /** @param opener of the sink, called on the tracker's thread */
    Tracker(KafkaConnection kafka, MetricTable table, String name, Supplier<TrackingSink> opener) {
        this.kafka = kafka;
        this.backlog = new Backlog(table, MOST_NEW);
        this.opener = opener;
        this.notBefore = System.nanoTime();
        this.thread = new Thread(this::run, "sluice-tracking-" + name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Asks it to end, and does not wait. */
    void end() {
        closing = true;
    }

    /** Writes what was committed before this call, if that takes no longer than a few seconds. */
    @Override
    public void close() {
        end();
        try {
            thread.join(STOP.toMillis());
            thread.interrupt();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("IllegalCatch") // tracking must end no run
    private void run() {
        try (TrackingSink sink = opener.get();
                TopicReader topics = TopicReader.of(kafka)) {
            follow(topics, sink);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.warn("tracking ends: {}", TrackingException.message(e));
            LOG.debug("tracking ends", e);
        }
    }

    private void follow(TopicReader topics, TrackingSink sink) throws InterruptedException {
        topics.add(VariantTopics.VARIANTS, (id, wanted) -> tell(sink, wanted)).add(MetricTopic.TOPIC, this::collect);
        BooleanSupplier upToNow = topics.upToNow();
        boolean caughtUp = false;
        while (!closing) {
            int before = backlog.size();
            topics.poll(POLL);
            caughtUp = caughtUp || upToNow.getAsBoolean();
            boolean isQuiet = backlog.size() == before || System.nanoTime() - flushAt > 0;
            if (caughtUp && isQuiet && System.nanoTime() - notBefore >= 0) {
                flush(sink);
            }
        }
        topics.readOn(LAST_READ);
        flush(sink);
    }

    private static void tell(TrackingSink sink, @Nullable WantedVariant wanted) {
        if (wanted != null) {
            sink.wanted(wanted.spec());
        }
    }

    private void collect(String key, @Nullable RollingMetrics metrics) {
        if (backlog.isEmpty()) {
            flushAt = System.nanoTime() + LONGEST_WAIT.toNanos();
        }
        backlog.add(key, metrics);
    }

    private void flush(TrackingSink sink) throws InterruptedException {
        if (!backlog.isEmpty() && !backlog.writeTo(sink)) {
            notBefore = System.nanoTime() + RETRY.toNanos();
        }
    }
}
