package dev.sluice.evaluator.rolling;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.producer.contract.Topic;
import dev.sluice.trainer.contract.Measurement;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * {@code sluice.measurements} to {@code sluice.metrics}, through stores in memory that Kafka's changelogs restore; {@code
 * sluice.variants}, which has the same keys in the same partitions, says what is deleted.
 */
final class RollingTopology {
    private static final String[] USERS = {"rolling", "deletions"};

    private RollingTopology() {}

    /**
     * @param windowTokens width of a window; a batch is never cut, so a window is at least one batch
     * @param rejected is told the kind of every record that cannot be counted
     * @param table of the metrics to publish
     */
    static Topology of(long windowTokens, Consumer<String> rejected, MetricTable table) {
        if (windowTokens < 1) {
            throw new IllegalArgumentException("evaluator.window-tokens must be at least 1, got " + windowTokens);
        }
        return new Topology()
                .addSource(
                        AutoOffsetReset.earliest(),
                        "measurements",
                        Serdes.String().deserializer(),
                        JsonSerde.of(Measurement.class).deserializer(),
                        Topic.MEASUREMENTS)
                .addProcessor("rolling", () -> new RollingProcessor(windowTokens, rejected, table), "measurements")
                .addSource(
                        AutoOffsetReset.earliest(),
                        "variants",
                        Serdes.String().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        Topic.VARIANTS)
                .addProcessor("deletions", DeletionProcessor::new, "variants")
                .addStateStore(store(RollingProcessor.SERIES, JsonSerde.of(SeriesState.class)), USERS)
                .addStateStore(store(RollingProcessor.SLICES, JsonSerde.of(Window.class)), USERS)
                .addStateStore(store(RollingProcessor.PUBLISHED, Serdes.String()), USERS)
                .addStateStore(store(RollingProcessor.DELETED, Serdes.String()), USERS)
                .addSink(
                        "metrics",
                        Topic.METRICS,
                        Serdes.String().serializer(),
                        JsonSerde.of(RollingMetrics.class).serializer(),
                        USERS);
    }

    private static <T> StoreBuilder<KeyValueStore<String, T>> store(String name, Serde<T> values) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                .withCachingEnabled();
    }
}
