package dev.sluice.trainer.dictionary;

import dev.sluice.trainer.contract.VariantSpec;
import java.util.Map;

/** The one table from a spec to its kind. */
final class Kinds {
    private static final Map<String, Kind> BY_NAME = Map.of(
            "topk", new TopKKind(), "standard", new StandardKind(), "kmeans", new KMeansKind(), "pca", new PcaKind());

    private Kinds() {}

    static Kind of(VariantSpec spec) {
        Kind kind = BY_NAME.get(spec.dictionary().kind());
        if (kind == null) {
            throw new IllegalArgumentException(
                    "dictionary.kind " + spec.dictionary().kind() + " has no implementation");
        }
        return kind;
    }
}
