package dev.sluice.trainer.dictionary;

import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.DictionaryTypes;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A table of kinds by name. {@link #ALL} is the only place that names every kind. */
public final class Kinds {
    /** Every kind, in the order in which people see them. */
    public static final Kinds ALL = new Kinds(List.of(
            new TopKKind(),
            new BatchTopKKind(),
            new MatryoshkaKind(),
            new JumpReluKind(),
            new GatedKind(),
            new StandardKind(),
            new PAnnealKind(),
            new KMeansLatentKind(),
            new KMeansKind(),
            new PcaKind(),
            new RandomKind(),
            new TokenMeanKind(),
            new ImportedKind()));

    private final Map<String, Kind> byName = new LinkedHashMap<>();

    public Kinds(List<Kind> kinds) {
        kinds.forEach(kind -> byName.put(kind.descriptor().name(), kind));
    }

    public List<Kind> list() {
        return List.copyOf(byName.values());
    }

    /** The names of those that users may ask for, sorted. */
    public List<String> creatable() {
        return byName.values().stream()
                .map(Kind::descriptor)
                .filter(Descriptor::creatable)
                .map(Descriptor::name)
                .sorted()
                .toList();
    }

    public @Nullable Kind find(String name) {
        return byName.get(name);
    }

    /** @throws IllegalArgumentException if there is no such kind */
    public Kind of(DictionarySpec dictionary) {
        return of(dictionary.kind());
    }

    /** @throws IllegalArgumentException if there is none of this name */
    public Kind of(String name) {
        Kind kind = byName.get(name);
        if (kind == null) {
            throw new IllegalArgumentException(
                    "dictionary.kind must be one of " + new TreeSet<>(byName.keySet()) + ", got " + name);
        }
        return kind;
    }

    /** Tells JSON on the wire which record each kind has. */
    public static final class Types implements DictionaryTypes {
        @Override
        public @Nullable Class<? extends DictionarySpec> of(String kind) {
            Kind found = ALL.find(kind);
            return found == null ? null : found.descriptor().type();
        }
    }
}
