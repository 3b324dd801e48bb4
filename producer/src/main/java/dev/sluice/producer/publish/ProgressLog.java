package dev.sluice.producer.publish;

import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.block.StoppedException;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.ProgressTopic;
import dev.sluice.producer.topic.TopicSnapshot;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads the last committed progress of streams from {@code sluice.progress}. */
final class ProgressLog {
    private final KafkaConnection kafka;

    ProgressLog(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    /**
     * The truth, for a producer that has just fenced its predecessors: waits until no other stream's open transaction
     * hides what is committed behind it.
     *
     * @throws PublishException if such a transaction stays open, or the newest progress of one of these cannot be read:
     *     going on from an older one would send rows twice
     */
    Map<String, StreamProgress> readAll(Set<String> streams) {
        try {
            TopicSnapshot<StreamProgress> newest = ProgressTopic.TOPIC.decided(kafka, streams, CompactedTopic.LIMIT);
            for (String stream : streams) {
                newest.fault(stream).ifPresent(fault -> {
                    throw new PublishException("the progress of stream " + stream + " cannot be read: " + fault);
                });
            }
            return newest.values();
        } catch (TimeoutException e) {
            throw new PublishException(String.valueOf(e.getMessage()), e);
        } catch (InterruptException e) {
            throw new StoppedException();
        }
    }

    /** What can be seen now without waiting for anybody; a hint. */
    Map<String, StreamProgress> glance(Set<String> streams) {
        try {
            return ProgressTopic.TOPIC.newest(kafka, streams).values();
        } catch (TimeoutException e) {
            throw new PublishException(String.valueOf(e.getMessage()), e);
        } catch (InterruptException e) {
            throw new StoppedException();
        }
    }
}
