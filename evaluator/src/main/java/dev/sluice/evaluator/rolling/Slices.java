package dev.sluice.evaluator.rolling;

import dev.sluice.trainer.contract.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The last fifth of a split whose end is not known yet, as sums over slices of tokens: exact to one slice. Slices that
 * end in the first four fifths of what was seen so far are dropped; when there are too many, neighbours are merged, so
 * that memory is bounded however long the stream is.
 */
final class Slices {
    private static final int MOST = 64;

    private final KeyValueStore<String, Window> store;

    Slices(KeyValueStore<String, Window> store) {
        this.store = store;
    }

    /**
     * Adds a batch to the slice that it begins in.
     *
     * @param width of a slice, in tokens
     * @return width of a slice from now on
     */
    long add(String series, Measurement batch, long width) {
        long index = batch.tokens() / width;
        Window added = Window.of(index, batch);
        Window slice = store.get(key(series, index * width));
        store.put(key(series, index * width), slice == null ? added : slice.plus(added));
        return slice == null ? thin(series, added.toTokens(), width) : width;
    }

    /** The sums over the last fifth of {@code tokens}; empty if there are none. */
    Optional<Window> lastFifth(String series, long tokens) {
        return all(series).stream()
                .map(slice -> slice.value)
                .filter(slice -> !isBeforeLastFifth(slice, tokens))
                .reduce(Window::plus);
    }

    void clear(String series) {
        all(series).forEach(slice -> store.delete(slice.key));
    }

    private long thin(String series, long tokens, long width) {
        List<KeyValue<String, Window>> kept = new ArrayList<>();
        for (KeyValue<String, Window> slice : all(series)) {
            if (isBeforeLastFifth(slice.value, tokens)) {
                store.delete(slice.key);
            } else {
                kept.add(slice);
            }
        }
        return kept.size() <= MOST ? width : merge(series, kept, 2 * width);
    }

    private long merge(String series, List<KeyValue<String, Window>> slices, long width) {
        slices.forEach(slice -> store.delete(slice.key));
        for (KeyValue<String, Window> slice : slices) {
            String key = key(series, slice.value.fromTokens() / width * width);
            Window merged = store.get(key);
            store.put(key, merged == null ? slice.value : merged.plus(slice.value));
        }
        return width;
    }

    private List<KeyValue<String, Window>> all(String series) {
        List<KeyValue<String, Window>> slices = new ArrayList<>();
        try (KeyValueIterator<String, Window> found = store.prefixScan(series + "/", new StringSerializer())) {
            found.forEachRemaining(slices::add);
        }
        return slices;
    }

    private static boolean isBeforeLastFifth(Window slice, long tokens) {
        return 5 * slice.toTokens() <= 4 * tokens;
    }

    private static String key(String series, long fromTokens) {
        return series + "/" + String.format(Locale.ROOT, "%019d", fromTokens);
    }
}
