package dev.sluice.evaluator.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.BadRecords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class JobRecordsTest {
    private final JobBoard board = new JobBoard(List.of(), 1);
    private final AtomicInteger setAside = new AtomicInteger();
    private final JobRecords records =
            new JobRecords(board, BadRecords.of(new KafkaConnection("none:1"), setAside::incrementAndGet));

    @Test
    void shouldTakeAManifestThatItCannotReadForACheckpointAllTheSame() {
        JobResult result = new JobResult(
                new JobResult.Key("a", 0, 100, JobResult.SCORING),
                new JobResult.Checkpoint("stream-1", 1, true, "sha"),
                new JobResult.Outcome(JobResult.DONE, null, null, null),
                new JobResult.Effort(1, 1, 1));
        board.own(Set.of(0));
        learn(Topic.RESULTS, result.key().text(), Json.write(result));
        learn(Topic.CHECKPOINTS, "a", "{\"version\": 99}".getBytes(StandardCharsets.UTF_8));
        board.settle(Set.of(0));
        assertThat(setAside).hasValue(1);
        assertThat(board.takeLeftOvers()).isEmpty();
    }

    private void learn(String topic, String key, byte[] value) {
        records.learn(new ConsumerRecord<>(topic, 0, 0, key.getBytes(StandardCharsets.UTF_8), value));
    }
}
