package dev.sluice.evaluator.job;

import dev.sluice.evaluator.contract.ResultTopic;
import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.topic.BadRecords;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.ProgressTopic;
import dev.sluice.trainer.contract.VariantTopics;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Tells the board what records say. One that cannot be read is set aside. */
final class JobRecords {
    private final JobBoard board;
    private final BadRecords bad;

    /** Takes the entry of a record. */
    private interface Taker<T> {
        void take(int partition, String key, @Nullable T value);
    }

    JobRecords(JobBoard board, BadRecords bad) {
        this.board = board;
        this.bad = bad;
    }

    void learn(ConsumerRecord<byte[], byte[]> record) {
        try {
            switch (record.topic()) {
                case Topic.PROGRESS ->
                    learn(record, ProgressTopic.TOPIC, (partition, stream, progress) -> board.put(stream, progress));
                case Topic.VARIANTS -> learn(record, VariantTopics.VARIANTS, board::put);
                case Topic.CHECKPOINTS -> learn(record, VariantTopics.CHECKPOINTS, board::put);
                default -> learn(record, ResultTopic.TOPIC, board::put);
            }
        } catch (ContractException e) {
            learnUnreadable(record);
            bad.setAside(record, Objects.requireNonNullElseGet(e.getMessage(), e::toString));
        }
    }

    /** What has a value is there, though nobody knows what it says. */
    private void learnUnreadable(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() != null && record.value() != null) {
            String variant = new String(record.key(), StandardCharsets.UTF_8);
            switch (record.topic()) {
                case Topic.CHECKPOINTS -> board.putUnreadableManifest(record.partition(), variant);
                case Topic.VARIANTS -> board.putUnreadableWish(record.partition(), variant);
                default -> {}
            }
        }
    }

    private static <T> void learn(ConsumerRecord<byte[], byte[]> record, CompactedTopic<T> topic, Taker<T> taker) {
        var entry = topic.entry(record);
        taker.take(record.partition(), entry.key(), entry.value());
    }
}
