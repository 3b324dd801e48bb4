package dev.sluice.evaluator.rolling;

import dev.sluice.evaluator.contract.RollingMetrics;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Follows {@code sluice.variants}: with a variant go its metrics, by tombstones, and all that is known of its series.
 * What is still measured of it then is not counted, until a variant of that id is wanted again.
 */
final class DeletionProcessor implements Processor<String, byte[], String, RollingMetrics> {
    private static final String YES = "deleted";

    private ProcessorContext<String, RollingMetrics> context;
    private KeyValueStore<String, SeriesState> series;
    private KeyValueStore<String, Window> slices;
    private KeyValueStore<String, String> deleted;
    private PublishedKeys published;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
    DeletionProcessor() {}

    @Override
    public void init(ProcessorContext<String, RollingMetrics> processorContext) {
        context = processorContext;
        series = processorContext.getStateStore(RollingProcessor.SERIES);
        slices = processorContext.getStateStore(RollingProcessor.SLICES);
        deleted = processorContext.getStateStore(RollingProcessor.DELETED);
        published = new PublishedKeys(processorContext.getStateStore(RollingProcessor.PUBLISHED));
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.value() != null) {
            deleted.delete(record.key());
            return;
        }
        deleted.put(record.key(), YES);
        PublishedKeys.keys(series, record.key()).forEach(series::delete);
        PublishedKeys.keys(slices, record.key()).forEach(slices::delete);
        published.remove(record.key()).forEach(key -> forwardTombstone(key, record.timestamp()));
    }

    @SuppressWarnings("NullAway") // a tombstone is a null value
    private void forwardTombstone(String key, long timestamp) {
        context.forward(new Record<>(key, null, timestamp));
    }
}
