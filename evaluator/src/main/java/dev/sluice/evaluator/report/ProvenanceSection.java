package dev.sluice.evaluator.report;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.service.BuildInfo;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What was run: commands, machine, stream, and each variant with the hash of its state. */
final class ProvenanceSection {
    private ProvenanceSection() {}

    /** @param runs of one stream */
    static void add(Html html, List<ReportedRun> runs) {
        html.element("h3", "What was run");
        for (ReportedRun run : runs) {
            html.element("h4", run.name());
            run.commands().forEach(command -> html.element("pre", command));
            html.table(List.of("", ""), facts(run.provenance()), 2);
            checkpoints(html, run.provenance());
            StreamSpec stream = run.provenance().stream();
            if (stream != null) {
                html.folded("The stream", json(stream));
            }
            run.provenance().specs().stream()
                    .sorted(Comparator.comparing(VariantSpec::id, NaturalOrder.INSTANCE))
                    .forEach(spec -> html.folded("Variant " + spec.id(), json(spec)));
        }
    }

    /** What all checkpoints say of their machine, several values if they differ. */
    private static List<List<String>> facts(Provenance provenance) {
        List<List<String>> facts = new ArrayList<>();
        StreamSpec stream = provenance.stream();
        if (stream != null) {
            facts.add(List.of("stream digest", stream.digest()));
            facts.add(List.of("order digest", stream.orderDigest()));
        }
        Map<String, Set<String>> machine = new TreeMap<>();
        provenance
                .manifests()
                .forEach(manifest -> manifest.provenance()
                        .forEach((key, value) -> machine.computeIfAbsent(key, name -> new LinkedHashSet<>())
                                .add(value)));
        machine.forEach((key, values) -> facts.add(List.of(key, String.join("; ", values))));
        facts.add(List.of("this report", writer()));
        return facts;
    }

    private static void checkpoints(Html html, Provenance provenance) {
        if (provenance.manifests().isEmpty()) {
            return;
        }
        html.table(
                List.of("variant", "SHA-256 of its state", "generation", "tokens", "steps", "state"),
                provenance.manifests().stream()
                        .sorted(Comparator.comparing(manifest -> manifest.spec().id(), NaturalOrder.INSTANCE))
                        .map(ProvenanceSection::row)
                        .toList(),
                2);
    }

    private static List<String> row(CheckpointManifest manifest) {
        return List.of(
                manifest.spec().id(),
                manifest.sha256(),
                Integer.toString(manifest.generation()),
                String.format(Locale.ROOT, "%,d", manifest.tokens()),
                String.format(Locale.ROOT, "%,d", manifest.step()),
                manifest.last() ? "final" : "on the way");
    }

    /** For the head of what was run: the release that wrote this. */
    private static String writer() {
        return "Sluice " + BuildInfo.VERSION + ", Java " + Runtime.version() + ", " + System.getProperty("os.name")
                + " on " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors";
    }

    /** A value as indented JSON. */
    private static String json(Object value) {
        return Json.mapper().valueToTree(value).toPrettyString();
    }
}
