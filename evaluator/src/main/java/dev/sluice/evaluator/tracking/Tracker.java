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
import java.util.ArrayList;
import java.util.List;
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
    /** So many points may wait for a sink that does not answer. */
    static final int MOST_WAITING = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(Tracker.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(15);
    private static final Duration LAST_READ = Duration.ofSeconds(5);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final KafkaConnection kafka;
    private final MetricTable table;
    private final Supplier<TrackingSink> opener;
    private final Thread thread;
    private final List<TrackedPoint> waiting = new ArrayList<>();
    private volatile boolean closing;
    private long flushAt = Long.MAX_VALUE;
    private long notBefore;
    private boolean told;

    /** @param opener of the sink, called on the tracker's thread */
    Tracker(KafkaConnection kafka, MetricTable table, String name, Supplier<TrackingSink> opener) {
        this.kafka = kafka;
        this.table = table;
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
            LOG.warn("tracking ends: {}", message(e));
            LOG.debug("tracking ends", e);
        }
    }

    private void follow(TopicReader topics, TrackingSink sink) throws InterruptedException {
        topics.add(VariantTopics.VARIANTS, (id, wanted) -> tell(sink, wanted))
                .add(MetricTopic.TOPIC, (key, metrics) -> collect(metrics));
        BooleanSupplier upToNow = topics.upToNow();
        boolean caughtUp = false;
        while (!closing) {
            int before = waiting.size();
            topics.poll(POLL);
            caughtUp = caughtUp || upToNow.getAsBoolean();
            boolean isQuiet = waiting.size() == before || System.nanoTime() - flushAt > 0;
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

    private void collect(@Nullable RollingMetrics metrics) {
        if (metrics == null) {
            return;
        }
        if (waiting.isEmpty()) {
            flushAt = System.nanoTime() + LONGEST_WAIT.toNanos();
        }
        waiting.addAll(TrackedPoint.of(metrics, table));
    }

    private void flush(TrackingSink sink) throws InterruptedException {
        if (waiting.isEmpty()) {
            return;
        }
        waiting.sort(TrackedPoint.ORDER);
        try {
            sink.write(waiting);
            waiting.clear();
            told = false;
        } catch (IOException e) {
            notBefore = System.nanoTime() + RETRY.toNanos();
            if (!told) {
                LOG.warn("{} does not take metrics, they wait: {}", sink.name(), message(e));
                told = true;
            }
            if (waiting.size() > MOST_WAITING) {
                throw new TrackingException(
                        waiting.size() + " points wait for " + sink.name() + "; a restart writes them", e);
            }
        }
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
