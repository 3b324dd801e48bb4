package dev.sluice.evaluator.rolling;

import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running topology of rolling metrics, exactly once; started again it goes on where it was. */
public final class Rolling implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rolling.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final int COMMIT_MILLIS = 500;
    private static final int RESTARTS = 3;

    private final KafkaStreams streams;
    private final Consumer<Throwable> failed;
    private final AtomicInteger restarts = new AtomicInteger();

    /**
     * @param applicationId of the Kafka Streams application: its group, changelogs and transactions
     * @param windowTokens width of a window
     * @param rejected is told the reason of every record that is not counted
     * @param failed is told the cause when the topology stops for good
     */
    public Rolling(
            KafkaConnection kafka,
            String applicationId,
            long windowTokens,
            Consumer<String> rejected,
            Consumer<Throwable> failed) {
        this.failed = failed;
        this.streams = new KafkaStreams(
                RollingTopology.of(windowTokens, rejected, MetricTable.standard()),
                settings(kafka, applicationId, rejected));
        streams.setUncaughtExceptionHandler((StreamsUncaughtExceptionHandler) this::answer);
    }

    /** Length of the longer window for dead latents, in tokens. */
    public static long deadWindowTokens(long windowTokens) {
        return RollingProcessor.deadWindowTokens(windowTokens);
    }

    public void start() {
        streams.start();
    }

    /** Leaves the group, so that the next start need not wait for the session to end. */
    @Override
    public void close() {
        streams.close(CloseOptions.timeout(CLOSE_LIMIT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    private StreamThreadExceptionResponse answer(Throwable cause) {
        if (restarts.incrementAndGet() <= RESTARTS) {
            LOG.warn("the rolling metrics' thread failed and is replaced", cause);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        failed.accept(cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private static Properties settings(KafkaConnection kafka, String applicationId, Consumer<String> rejected) {
        Properties settings = new Properties();
        settings.putAll(kafka.streams(applicationId));
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, Topic.DEAD_LETTERS);
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, RejectedRecords.class);
        settings.put(RejectedRecords.TELL, rejected);
        return settings;
    }
}
