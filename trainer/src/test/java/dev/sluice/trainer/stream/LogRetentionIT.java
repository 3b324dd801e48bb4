package dev.sluice.trainer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class LogRetentionIT {
    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    private final KafkaConnection kafka = SharedBroker.connection();
    private final LogRetention retention = new LogRetention(kafka, InstantSource.fixed(LATER));

    @Test
    void shouldSayThatRowsAreKeptForEverUntilTheOperatorBoundsThem() throws Exception {
        PublishedStream stream = new PublishedStream(kafka, 8, 71).add(200, true);
        String id = stream.spec().id();
        assertThat(retention.retentionMillis(id)).isNegative();

        try (Admin admin = Admin.create(kafka.admin())) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, Topic.train(id)),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("retention.ms", "7200000"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }

        assertThat(retention.retentionMillis(id)).isEqualTo(7_200_000);
    }

    @Test
    void shouldFindWhenARowWasAppended() {
        long before = System.currentTimeMillis();
        PublishedStream stream = new PublishedStream(kafka, 8, 72).add(200, true);
        String id = stream.spec().id();

        assertThat(retention.appendedMillis(id, 150)).isBetween(before, System.currentTimeMillis());
        assertThat(retention.appendedMillis(id, 150)).isGreaterThanOrEqualTo(retention.appendedMillis(id, 0));
        assertThat(retention.appendedMillis(id, 200))
                .as("a row that is still to come")
                .isEqualTo(LATER.toEpochMilli());
    }
}
