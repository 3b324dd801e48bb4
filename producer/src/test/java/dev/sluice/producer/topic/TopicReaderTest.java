package dev.sluice.producer.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Identifier;
import dev.sluice.producer.service.KafkaClientMetrics;
import dev.sluice.producer.service.KafkaConnection;
import io.prometheus.client.CollectorRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicReaderTest {
    private static final String NAME = "letters";
    private static final int PARTITIONS = 4;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final CompactedTopic<Letter> LETTERS =
            new CompactedTopic<>(NAME, Letter.class, (key, letter) -> Identifier.require("key", key));

    record Letter(String text, int pages) {}

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final TopicSnapshot<Letter> snapshot = new TopicSnapshot<>();
    private final TopicReader reader = new TopicReader(
            consumer,
            BadRecords.of(new KafkaConnection("localhost:1").observedBy(new KafkaClientMetrics().register(registry))));

    @Test
    void shouldKeepTheNewestValueOfEveryKey() {
        put("a", "{\"text\":\"first\",\"pages\":1}");
        put("b", "{\"text\":\"other\",\"pages\":2}");
        put("a", "{\"text\":\"second\",\"pages\":3}");

        read();

        assertThat(snapshot.values())
                .containsExactly(entry("a", new Letter("second", 3)), entry("b", letter("other", 2)));
    }

    @Test
    void shouldForgetAKeyAtItsTombstone() {
        put("a", "{\"text\":\"first\",\"pages\":1}");
        put("b", "{\"text\":\"other\",\"pages\":2}");
        put("a", null);

        read();

        assertThat(snapshot.values()).containsOnlyKeys("b");
    }

    @Test
    void shouldSetAsideWhatCannotBeReadAndReadTheRest() {
        put("a", "{\"text\":\"first\",\"pages\":1}");
        add(0, null, "{\"text\":\"no key\",\"pages\":1}");
        put("b", "not JSON");
        put("c", "{}");
        put("d", "null");
        put("e", "");
        put("f", "{\"text\":\"of the future\",\"pages\":1,\"version\":99}");
        put("../../x", "{\"text\":\"a path\",\"pages\":1}");
        put("..", null);
        put("z", "{\"text\":\"last\",\"pages\":1}");

        read();

        assertThat(snapshot.values()).containsOnlyKeys("a", "z");
        assertThat(setAside()).isEqualTo(8);
    }

    @Test
    void shouldKeepTheValueBeforeABadOneAndTellThatANewerOneCannotBeRead() {
        put("a", "{\"text\":\"first\",\"pages\":1}");
        put("a", "{\"pages\":1}");
        put("b", "{}");
        put("b", "{\"text\":\"mended\",\"pages\":1}");

        read();

        assertThat(snapshot.value("a")).contains(letter("first", 1));
        assertThat(snapshot.fault("a")).contains("Letter.text must have a value, got nothing");
        assertThat(snapshot.fault("b")).isEmpty();
    }

    @Test
    void shouldReadOnlyThePartitionsAndTheKeysThatAreAskedFor() {
        List<String> together = IntStream.range(0, 100)
                .mapToObj(i -> "k" + i)
                .filter(key -> CompactedTopic.partitionOf(key, PARTITIONS) == 1)
                .limit(2)
                .toList();
        together.forEach(key -> put(key, "{\"text\":\"same partition\",\"pages\":1}"));

        reader.add(LETTERS, Set.of(together.get(0)), snapshot);
        prepare();
        reader.readOn(SOON);

        assertThat(consumer.assignment()).containsExactly(new TopicPartition(NAME, 1));
        assertThat(snapshot.values()).containsOnlyKeys(together.get(0));
    }

    @Test
    void shouldGiveUpOnATopicThatDoesNotComeToItsEnd() {
        reader.add(LETTERS, snapshot);
        prepare();
        assertThat(reader.upToNow().getAsBoolean()).isTrue();

        assertThatThrownBy(() -> reader.readTo(Map.of(new TopicPartition(NAME, 2), 1L), Duration.ZERO))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("letters-2 must become readable up to offset 1, stuck at 0");
    }

    @Test
    void shouldFollowForEverAndSayWhenWhatWasThereIsKnown() {
        put("a", "{\"text\":\"first\",\"pages\":1}");
        reader.add(LETTERS, snapshot);
        prepare();
        BooleanSupplier upToNow = reader.upToNow();

        assertThat(upToNow.getAsBoolean()).isFalse();
        reader.poll(Duration.ZERO);
        assertThat(upToNow.getAsBoolean()).isTrue();

        add(3, "late".getBytes(StandardCharsets.UTF_8), "{\"text\":\"late\",\"pages\":1}");
        consumer.addRecord(records.get(records.size() - 1));
        reader.poll(Duration.ZERO);
        assertThat(snapshot.values()).containsOnlyKeys("a", "late");
    }

    @Test
    void shouldSetAsideWhatAListenerRefuses() {
        put("a", "{\"text\":\"first\",\"pages\":1}");
        reader.add(LETTERS, (key, letter) -> {
            throw new ContractException("pages must be 2, got 1");
        });
        prepare();

        reader.readOn(SOON);

        assertThat(setAside()).isEqualTo(1);
    }

    @Test
    void shouldFindThePartitionThatJavasProducersTake() {
        assertThat(IntStream.range(0, 100).mapToObj(i -> "topk-" + i))
                .allSatisfy(key -> assertThat(CompactedTopic.partitionOf(key, 8))
                        .isEqualTo(BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), 8)));
    }

    private static Letter letter(String text, int pages) {
        return new Letter(text, pages);
    }

    private void read() {
        reader.add(LETTERS, snapshot);
        prepare();
        reader.readOn(SOON);
    }

    /** The records get to the consumer once it has its partitions. */
    private void prepare() {
        Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                NAME,
                IntStream.range(0, PARTITIONS)
                        .mapToObj(i -> new PartitionInfo(NAME, i, node, new Node[] {node}, new Node[] {node}))
                        .toList());
        IntStream.range(0, PARTITIONS).forEach(i -> {
            TopicPartition partition = new TopicPartition(NAME, i);
            consumer.updateBeginningOffsets(Map.of(partition, 0L));
            consumer.updateEndOffsets(Map.of(partition, count(i)));
        });
        consumer.schedulePollTask(() -> records.stream()
                .filter(record -> consumer.assignment().contains(new TopicPartition(NAME, record.partition())))
                .forEach(consumer::addRecord));
    }

    private void put(String key, @Nullable String value) {
        add(CompactedTopic.partitionOf(key, PARTITIONS), key.getBytes(StandardCharsets.UTF_8), value);
    }

    @SuppressWarnings("NullAway") // records may have neither key nor value
    private void add(int partition, byte @Nullable [] key, @Nullable String value) {
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        records.add(new ConsumerRecord<>(NAME, partition, count(partition), key, bytes));
    }

    private long count(int partition) {
        return records.stream()
                .filter(record -> record.partition() == partition)
                .count();
    }

    private double setAside() {
        return registry.getSampleValue("sluice_records_set_aside_total", new String[] {"topic"}, new String[] {NAME});
    }
}
