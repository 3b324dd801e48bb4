package dev.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    private static final TopicPartition LOG = new TopicPartition("log", 0);
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final int ENDS = Integer.getInteger("sluice.broker.ends", 1);
    private static final int IDS = 16;

    @Test
    void shouldKeepRecordsOverARestartOnTheSameFolder(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            write(Map.of("bootstrap.servers", broker.bootstrapServers()), "kept");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            assertThat(readFirst(broker)).isEqualTo("kept");
        }
    }

    @Test
    void shouldServeRecordsAndGroupsAfterAKill(@TempDir Path folder) throws Exception {
        Path logs = folder.resolve("kafka");
        try (BrokerProcess process = BrokerProcess.start(logs, folder)) {
            Map<String, Object> connection = Map.of("bootstrap.servers", process.address());
            write(connection, "kept");
            commit(connection, 1);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(logs, 0)) {
            assertThat(readFirst(broker)).isEqualTo("kept");
            Map<String, Object> connection = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (KafkaConsumer<String, String> consumer = groupConsumer(connection)) {
                assertThat(consumer.committed(Set.of(LOG), LIMIT)).containsEntry(LOG, new OffsetAndMetadata(1));
            }
        }
    }

    @Test
    void shouldLeaveNoTransactionOpenThatWasBeingCommittedAtAKill(@TempDir Path folder) throws Exception {
        for (int kill = 0; kill < ENDS; kill++) {
            Path logs = folder.resolve("kafka-" + kill);
            try (Transactions transactions = new Transactions(IDS);
                    BrokerProcess process = BrokerProcess.start(logs, folder)) {
                commitMany(transactions, process.address());
            }
            assertNothingStaysOpen(logs);
        }
    }

    @Test
    void shouldLeaveNoTransactionOpenThatWasBeingCommittedAtAStop(@TempDir Path folder) throws Exception {
        for (int stop = 0; stop < ENDS; stop++) {
            Path logs = folder.resolve("kafka-" + stop);
            try (Transactions transactions = new Transactions(IDS);
                    EmbeddedBroker broker = EmbeddedBroker.start(logs, 0)) {
                commitMany(transactions, broker.bootstrapServers());
            }
            assertNothingStaysOpen(logs);
        }
    }

    private static void commitMany(Transactions transactions, String address) throws Exception {
        Map<String, Object> connection = Map.of("bootstrap.servers", address);
        write(connection, "first");
        transactions.start(connection, LOG.topic());
        await().atMost(LIMIT).until(() -> transactions.committed() > 20 * IDS);
    }

    private static void assertNothingStaysOpen(Path logs) {
        try (EmbeddedBroker broker = EmbeddedBroker.start(logs, 0)) {
            Map<String, Object> connection = Map.of("bootstrap.servers", broker.bootstrapServers());
            Transactions.fence(connection, IDS);
            try (Admin admin = Admin.create(connection)) {
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(end(admin, IsolationLevel.READ_COMMITTED))
                                .isEqualTo(end(admin, IsolationLevel.READ_UNCOMMITTED)));
            }
        }
    }

    private static long end(Admin admin, IsolationLevel isolation) throws Exception {
        return admin.listOffsets(Map.of(LOG, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                .partitionResult(LOG)
                .get()
                .offset();
    }

    private static void commit(Map<String, Object> connection, long offset) {
        try (KafkaConsumer<String, String> consumer = groupConsumer(connection)) {
            consumer.commitSync(Map.of(LOG, new OffsetAndMetadata(offset)), LIMIT);
        }
    }

    private static KafkaConsumer<String, String> groupConsumer(Map<String, Object> connection) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("group.id", "readers");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    @Test
    void shouldNameThePortThatIsTaken(@TempDir Path folder) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort()))
                    .isInstanceOf(BrokerException.class)
                    .hasMessage("the broker's port must be free, " + taken.getLocalPort() + " is taken");
        }
    }

    private static void write(Map<String, Object> connection, String value) throws Exception {
        try (Admin admin = Admin.create(connection)) {
            admin.createTopics(List.of(new NewTopic(LOG.topic(), 1, (short) 1)))
                    .all()
                    .get();
        }
        try (var producer = new KafkaProducer<>(connection, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(LOG.topic(), value)).get();
        }
    }

    private static String readFirst(EmbeddedBroker broker) {
        Map<String, Object> connection = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (var consumer = new KafkaConsumer<>(connection, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(LOG));
            consumer.seekToBeginning(List.of(LOG));
            return consumer.poll(LIMIT).iterator().next().value();
        }
    }
}
