package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.block.Block;
import dev.sluice.producer.block.CorpusPlace;
import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.block.StoppedException;
import dev.sluice.producer.block.WindowBlock;
import dev.sluice.producer.block.WindowBlocks;
import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.corpus.Corpus;
import io.prometheus.client.CollectorRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamPublisherTest {
    /** A record holds 36,016 rows of width 4, so that a block of this many has three. */
    private static final int BLOCK_ROWS = 80_000;

    private static final StreamSpec SPEC = TestBlocks.spec(BLOCK_ROWS, "F16");
    private static final Corpus CORPUS = TestBlocks.corpus(5000, -10, 1000, -3);

    private final MockProducer<byte[], byte[]> kafka = producer();
    private int stopAfter = Integer.MAX_VALUE;

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private StreamPublisher publisher(
            MockProducer<byte[], byte[]> producer, StreamSpec spec, int recordsPerTransaction) {
        TelemetrySource telemetry = new TelemetrySource(
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                "cpu",
                CORPUS.bytes().orElse(-1));
        StreamPublisher publisher = new StreamPublisher(
                spec, producer, new ProducerMetrics(new CollectorRegistry()), telemetry, recordsPerTransaction, () -> {
                    if (stopAfter-- <= 0) {
                        throw new StoppedException();
                    }
                });
        publisher.fence();
        return publisher;
    }

    private static List<Block> blocks(StreamProgress.Place place) {
        CorpusPlace corpusPlace =
                new CorpusPlace(place.begin().document(), place.begin().window());
        WindowBlocks windows = new WindowBlocks(
                TestBlocks.cursor(CORPUS, corpusPlace),
                BLOCK_ROWS,
                0,
                OptionalLong.empty(),
                place.block(),
                place.begin().firstRow());
        List<Block> blocks = new ArrayList<>();
        for (@Nullable WindowBlock block = windows.next(); block != null; block = windows.next()) {
            blocks.add(TestBlocks.block(block));
        }
        return blocks;
    }

    @Test
    void shouldCommitThePlaceWithTheRecords() {
        // When
        StreamPublisher publisher = publisher(kafka, SPEC, 2);
        publisher.resume(null);
        publisher.announce(new StreamProgress.Run(List.of(SPEC.id()), 96_000));
        blocks(publisher.place()).forEach(publisher::publish);

        // Then: 80,000, then 16,000 train rows; the held-out rows behind their block
        List<ActivationRecord> train = values(kafka, Topic.train(SPEC.id()));
        assertThat(train).extracting(ActivationRecord::firstRow).containsExactly(0L, 31_650L, 63_300L, 80_000L);
        assertThat(values(kafka, Topic.heldout(SPEC.id())))
                .extracting(ActivationRecord::firstRow)
                .containsExactly(0L);
        List<StreamProgress> progress = progress(kafka);
        assertThat(progress).extracting(StreamProgress::rows).containsExactly(0L, 63_300L, 80_000L, 96_000L);
        assertThat(progress).extracting(StreamProgress::complete).containsExactly(false, false, false, true);
        assertThat(progress)
                .extracting(p -> p.place().committed().committedRecords())
                .containsExactly(0, 2, 0, 0);
        assertThat(progress.get(3).heldoutRows()).isEqualTo(13 * 16);
        assertThat(progress.get(3).telemetry().logBytes())
                .isEqualTo(train.stream().mapToLong(ActivationRecord::byteSize).sum()
                        + values(kafka, Topic.heldout(SPEC.id())).get(0).byteSize());
    }

    @Test
    void shouldGoOnExactlyAfterEveryTransaction() {
        // Given
        StreamPublisher undisturbed = publisher(kafka, SPEC, 1);
        blocks(undisturbed.place()).forEach(undisturbed::publish);
        List<ByteBuffer> expected = bytes(kafka);
        int transactions = progress(kafka).size();

        for (int stop = 0; stop < transactions; stop++) {
            // When
            MockProducer<byte[], byte[]> first = producer();
            StreamPublisher interrupted = publisher(first, SPEC, 1);
            stopAfter = stop;
            assertThatThrownBy(() -> blocks(interrupted.place()).forEach(interrupted::publish))
                    .isInstanceOf(StoppedException.class);
            stopAfter = Integer.MAX_VALUE;
            MockProducer<byte[], byte[]> second = producer();
            StreamPublisher resumed = publisher(second, SPEC, 2);
            List<StreamProgress> committed = progress(first);
            resumed.resume(committed.isEmpty() ? null : committed.get(committed.size() - 1));
            blocks(resumed.place()).forEach(resumed::publish);

            // Then
            assertThat(bytes(first, second)).isEqualTo(expected);
        }
    }

    @Test
    void shouldRefuseToGoOnWithOtherBits() {
        // Given
        stopAfter = 1;
        StreamPublisher first = publisher(kafka, SPEC, 1);
        assertThatThrownBy(() -> blocks(first.place()).forEach(first::publish)).isInstanceOf(StoppedException.class);
        stopAfter = Integer.MAX_VALUE;
        StreamProgress committed = progress(kafka).get(0);
        StreamProgress.Place place = committed.place();

        // When
        StreamPublisher second = publisher(producer(), SPEC, 1);
        second.resume(withPlace(
                committed,
                new StreamProgress.Place(
                        place.begin(),
                        new StreamProgress.Committed(place.committed().committedRecords(), "00".repeat(32)),
                        place.medianNorm())));
        Block block = blocks(second.place()).get(0);

        // Then
        assertThatThrownBy(() -> second.publish(block))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("must be computed again as it was")
                .hasMessageContaining("1 committed records");
    }

    private static StreamProgress withPlace(StreamProgress progress, StreamProgress.Place place) {
        return new StreamProgress(
                progress.spec(), progress.digest(), progress.extent(), progress.run(), place, progress.telemetry());
    }

    @Test
    void shouldRefuseAnotherSpecUnderItsNameAndNameTheField() {
        StreamPublisher publisher = publisher(kafka, SPEC, 1);
        publisher.announce(new StreamProgress.Run(List.of(SPEC.id()), 96_000));
        StreamProgress announced = progress(kafka).get(0);
        StreamPublisher other = publisher(producer(), TestBlocks.spec(BLOCK_ROWS, "F32"), 1);

        assertThatThrownBy(() -> other.resume(announced))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("dtype: F32 here, F16 there");
    }

    @Test
    void shouldRefuseABlockThatDoesNotFollow() {
        StreamPublisher publisher = publisher(kafka, SPEC, 16);
        List<Block> blocks = blocks(publisher.place());

        assertThatThrownBy(() -> publisher.publish(blocks.get(1)))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("must go on with block 0")
                .hasMessageContaining("got block 1");
    }

    @Test
    void shouldAbortATransactionThatFails() {
        StreamPublisher publisher = publisher(kafka, SPEC, 16);
        Block block = blocks(publisher.place()).get(0);
        kafka.commitTransactionException = new org.apache.kafka.common.KafkaException("disk full");

        assertThatThrownBy(() -> publisher.publish(block))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("a transaction failed: disk full");
        assertThat(kafka.transactionAborted()).isTrue();
        assertThat(kafka.history()).isEmpty();
    }

    /** Each topic's values, in the order in which the producers sent them one after the other. */
    @SafeVarargs
    private static List<ByteBuffer> bytes(MockProducer<byte[], byte[]>... producers) {
        List<ByteBuffer> bytes = new ArrayList<>();
        for (String topic : List.of(Topic.train(SPEC.id()), Topic.heldout(SPEC.id()))) {
            for (MockProducer<byte[], byte[]> producer : producers) {
                values(producer, topic).forEach(record -> bytes.add(record.bytes()));
            }
        }
        return bytes;
    }

    private static List<ActivationRecord> values(MockProducer<byte[], byte[]> producer, String topic) {
        return producer.history().stream()
                .filter(record -> record.topic().equals(topic))
                .map(record -> ActivationRecord.decode(ByteBuffer.wrap(record.value())))
                .toList();
    }

    private static List<StreamProgress> progress(MockProducer<byte[], byte[]> producer) {
        return producer.history().stream()
                .filter(record -> record.topic().equals(Topic.PROGRESS))
                .map(ProducerRecord::value)
                .map(value -> Json.read(value, StreamProgress.class))
                .toList();
    }
}
