package dev.sluice.producer.topic;

import dev.sluice.producer.service.KafkaClientMetrics;
import dev.sluice.producer.service.KafkaConnection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where records go that cannot be read: each is logged and counted once, and the rest of its topic goes on.
 * Safe for several threads.
 */
public final class BadRecords {
    private static final Logger LOG = LoggerFactory.getLogger(BadRecords.class);

    private final @Nullable KafkaClientMetrics metrics;
    private final Runnable also;

    private BadRecords(@Nullable KafkaClientMetrics metrics, Runnable also) {
        this.metrics = metrics;
        this.also = also;
    }

    /** Counts in the metrics of this connection, if it has some. */
    public static BadRecords of(KafkaConnection kafka) {
        return new BadRecords(kafka.metrics(), () -> {});
    }

    /** @param also is run for each record too, on the reading thread */
    public static BadRecords of(KafkaConnection kafka, Runnable also) {
        return new BadRecords(kafka.metrics(), also);
    }

    /** @param reason names the field, the value and the rule */
    public void setAside(ConsumerRecord<byte[], byte[]> record, String reason) {
        if (metrics == null || metrics.setAside(record)) {
            LOG.warn(
                    "record {} of {}-{} is set aside: {}", record.offset(), record.topic(), record.partition(), reason);
        }
        also.run();
    }
}
