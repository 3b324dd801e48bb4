package dev.sluice.trainer.stream;

import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.ActivationRecordDeserializer;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.Start;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The row that a start means in the log as it is now. */
public final class StartRow {
    private StartRow() {}

    /**
     * Asks the log; another time it may answer otherwise.
     *
     * @param progress of the stream
     * @throws IllegalArgumentException if a complete stream has no such row
     * @throws org.apache.kafka.common.KafkaException if the log cannot be read
     */
    public static long of(Start start, StreamProgress progress, KafkaConnection kafka) {
        long row = resolve(start, progress, kafka);
        if (progress.complete() && row > 0 && row >= progress.rows()) {
            throw new IllegalArgumentException("from must be a row of the stream, which is complete with "
                    + progress.rows() + " rows, got row " + row);
        }
        return row;
    }

    private static long resolve(Start start, StreamProgress progress, KafkaConnection kafka) {
        if (start instanceof Start.Row row) {
            return row.number();
        }
        if (start instanceof Start.Earliest) {
            return 0;
        }
        TopicPartition log = new TopicPartition(Topic.train(progress.spec().id()), 0);
        try (Consumer<byte[], ActivationRecord> consumer = new KafkaConsumer<>(
                kafka.briefConsumer(), new ByteArrayDeserializer(), new ActivationRecordDeserializer())) {
            consumer.assign(List.of(log));
            RowLocator locator = new RowLocator(consumer, log);
            OptionalLong found = start instanceof Start.Timestamp timestamp
                    ? locator.rowFromTime(timestamp.millis())
                    : OptionalLong.empty();
            return found.isPresent() ? found.getAsLong() : locator.endRow().orElse(progress.rows());
        }
    }
}
