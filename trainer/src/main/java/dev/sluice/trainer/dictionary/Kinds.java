package dev.sluice.trainer.dictionary;

import static java.util.Map.entry;

import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.baseline.RandomKind;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind;
import dev.sluice.trainer.dictionary.pca.PcaKind;
import dev.sluice.trainer.dictionary.sae.imported.ImportedKind;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluKind;
import dev.sluice.trainer.dictionary.sae.relu.PAnnealKind;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind;
import dev.sluice.trainer.dictionary.sae.topk.BatchTopKKind;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentKind;
import dev.sluice.trainer.dictionary.sae.topk.MatryoshkaKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import java.util.Map;
import java.util.TreeSet;

/** The one table from a spec to its kind. */
final class Kinds {
    private static final Map<String, Kind> BY_NAME = Map.ofEntries(
            entry("topk", new TopKKind()),
            entry("batch-topk", new BatchTopKKind()),
            entry("matryoshka", new MatryoshkaKind()),
            entry("jump-relu", new JumpReluKind()),
            entry("gated", new GatedKind()),
            entry("p-anneal", new PAnnealKind()),
            entry("standard", new StandardKind()),
            entry("kmeans-latent", new KMeansLatentKind()),
            entry("imported", new ImportedKind()),
            entry("kmeans", new KMeansKind()),
            entry("pca", new PcaKind()),
            entry("random", new RandomKind()),
            entry("token-mean", new TokenMeanKind()));

    private Kinds() {}

    static Kind of(VariantSpec spec) {
        return of(spec.dictionary().kind());
    }

    static Kind of(String name) {
        Kind kind = BY_NAME.get(name);
        if (kind == null) {
            throw new IllegalArgumentException(
                    "dictionary.kind must be one of " + new TreeSet<>(BY_NAME.keySet()) + ", got " + name);
        }
        return kind;
    }
}
