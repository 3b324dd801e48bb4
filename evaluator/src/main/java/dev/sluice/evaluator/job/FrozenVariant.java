package dev.sluice.evaluator.job;

import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.dictionary.Dictionary;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A checkpoint that was opened.
 *
 * @param manifest of the checkpoint
 * @param stream that it was trained on
 * @param views its frozen dictionaries by the names of the views, in the order of these
 */
public record FrozenVariant(CheckpointManifest manifest, StreamSpec stream, SortedMap<String, Dictionary> views) {
    FrozenVariant(CheckpointManifest manifest, StreamSpec stream, Map<String, Dictionary> views) {
        this(manifest, stream, Collections.unmodifiableSortedMap(new TreeMap<>(views)));
    }

    /** Of the variant. */
    public String id() {
        return manifest.spec().id();
    }
}
