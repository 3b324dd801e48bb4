package dev.sluice.trainer.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.contract.StreamProgress;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationReaderIT {
    private static final Duration WAIT = Duration.ofMillis(100);
    private static final ReaderListener NOBODY = new ReaderListener() {
        @Override
        public void polled(int records, double seconds) {}

        @Override
        public void decoded(double seconds) {}
    };

    @Test
    void shouldReadEveryRowOfEveryPassOnceAndInOrder() throws InterruptedException {
        PublishedStream stream = new PublishedStream(SharedBroker.connection(), 8, 101).add(700, true);

        List<Long> read = read(stream, StreamPosition.START, 3);

        assertThat(read).hasSize(2100);
        for (int token = 0; token < read.size(); token++) {
            assertThat(read.get(token)).isEqualTo(token % 700);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19, 350, 698, 699, 700, 701, 1234})
    void shouldGoOnAtAnyRow(int token) throws InterruptedException {
        PublishedStream whole = new PublishedStream(SharedBroker.connection(), 8, 1000 + token).add(700, true);
        int epoch = token <= 700 ? 0 : 1;

        List<Long> read = read(whole, new StreamPosition(epoch, token - epoch * 700L, token), 2);

        assertThat(read).hasSize(1400 - token);
        if (!read.isEmpty()) {
            assertThat(read.get(0)).isEqualTo(token % 700);
        }
    }

    @Test
    void shouldNameAGapWithBothRows() {
        PublishedStream stream = new PublishedStream(SharedBroker.connection(), 8, 103).add(100, false);
        stream.addRaw(stream.record(150, 10));

        assertThatThrownBy(() -> read(stream, StreamPosition.START, 1))
                .isInstanceOf(StreamException.Gap.class)
                .hasMessageContaining("record.first_row must be 100, got 150");
    }

    @Test
    void shouldNameARepeatedRecord() {
        PublishedStream stream = new PublishedStream(SharedBroker.connection(), 8, 104).add(100, false);
        stream.addRaw(stream.record(90, 30));

        assertThatThrownBy(() -> read(stream, StreamPosition.START, 1))
                .isInstanceOf(StreamException.Gap.class)
                .hasMessageContaining("record.first_row must be 100, got 90");
    }

    @Test
    void shouldRefuseARecordOfAnotherStreamNamingBothDigests() {
        PublishedStream stream = new PublishedStream(SharedBroker.connection(), 8, 105).add(100, false);
        PublishedStream other = new PublishedStream(SharedBroker.connection(), 8, 106);
        stream.addRaw(other.record(100, 10));

        assertThatThrownBy(() -> read(stream, StreamPosition.START, 1))
                .isInstanceOf(StreamException.Foreign.class)
                .hasMessageContaining(stream.spec().digest())
                .hasMessageContaining(other.spec().digest());
    }

    @Test
    void shouldRefuseAPoisonRecordNamingItsOffset() {
        PublishedStream stream = new PublishedStream(SharedBroker.connection(), 8, 107).add(100, false);
        stream.addRaw(new byte[] {1, 2, 3});

        assertThatThrownBy(() -> read(stream, StreamPosition.START, 1))
                .isInstanceOf(StreamException.Foreign.class)
                .hasMessageContaining("offset")
                .hasMessageContaining("safetensors");
    }

    @Test
    void shouldNameTheRowsThatRetentionHasDeleted() throws Exception {
        PublishedStream stream = new PublishedStream(SharedBroker.connection(), 8, 108).add(700, true);
        TopicPartition log = new TopicPartition("sluice." + stream.spec().id() + ".train", 0);
        try (Admin admin = Admin.create(SharedBroker.connection().admin())) {
            admin.deleteRecords(Map.of(log, RecordsToDelete.beforeOffset(9)))
                    .all()
                    .get();
        }

        assertThatThrownBy(() -> read(stream, StreamPosition.START, 1))
                .isInstanceOf(StreamException.RowsLost.class)
                .hasMessageStartingWith("rows-lost: rows [0, ");
    }

    /** The row numbers read until the end of all passes; their values are compared on the way. */
    private static List<Long> read(PublishedStream stream, StreamPosition start, int passes)
            throws InterruptedException {
        StreamProgress progress = stream.progress(stream.rows() == 700);
        List<Long> read = new ArrayList<>();
        try (ActivationReader reader = new ActivationReader(
                SharedBroker.connection(), () -> progress, start, new Passes(passes, 0), new DirectBuffers(), NOBODY)) {
            reader.start();
            while (!reader.isAtEnd()) {
                DecodedRows rows = reader.poll(WAIT);
                if (rows != null) {
                    addRows(stream, rows, read);
                    rows.release();
                }
            }
        }
        return read;
    }

    private static void addRows(PublishedStream stream, DecodedRows rows, List<Long> read) {
        FloatBuffer values =
                rows.activations(0, rows.rows()).order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int i = 0; i < rows.rows(); i++) {
            long row = rows.firstRow() + i;
            assertThat(values.slice(i * 8, 8)).isEqualTo(FloatBuffer.wrap(PublishedStream.row(stream.spec(), row)));
            read.add(row);
        }
    }
}
