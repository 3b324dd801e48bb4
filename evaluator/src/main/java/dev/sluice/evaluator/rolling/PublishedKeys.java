package dev.sluice.evaluator.rolling;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The keys under which metrics of each variant were published: what is to be deleted with it. */
final class PublishedKeys {
    private static final String SEPARATOR = "/";

    private final KeyValueStore<String, String> store;

    PublishedKeys(KeyValueStore<String, String> store) {
        this.store = store;
    }

    void add(String variant, String key) {
        store.putIfAbsent(variant + SEPARATOR + key, key);
    }

    /** Forgets them. */
    List<String> remove(String variant) {
        List<String> removed = new ArrayList<>();
        keys(store, variant).forEach(key -> removed.add(store.delete(key)));
        return removed;
    }

    /** The keys of a store that begin with a variant. */
    static List<String> keys(KeyValueStore<String, ?> store, String variant) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, ?> found = store.prefixScan(variant + SEPARATOR, new StringSerializer())) {
            found.forEachRemaining(entry -> keys.add(entry.key));
        }
        return keys;
    }
}
