package dev.sluice.evaluator.report;

import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The runs of one stream as one report. A name that several runs have gets the run's name behind it.
 *
 * @param report of all
 * @param runs that it is of
 * @param specs of the variants, by the names of the series; of some it may not be known
 */
record MergedRuns(Report report, List<ReportedRun> runs, Map<String, VariantSpec> specs) {
    /** By stream, in the order of the runs. */
    static List<MergedRuns> of(List<ReportedRun> all) {
        Map<String, List<ReportedRun>> byStream = new LinkedHashMap<>();
        all.forEach(run -> byStream.computeIfAbsent(run.report().stream(), stream -> new ArrayList<>())
                .add(run));
        return byStream.values().stream().map(MergedRuns::merged).toList();
    }

    private static MergedRuns merged(List<ReportedRun> runs) {
        Map<String, Integer> uses = new HashMap<>();
        runs.forEach(run -> run.report().variants().forEach(entry -> uses.merge(entry.id(), 1, Integer::sum)));
        List<Entry> entries = new ArrayList<>();
        Map<String, VariantSpec> specs = new HashMap<>();
        for (ReportedRun run : runs) {
            for (Entry entry : run.report().variants()) {
                Entry named = uses.getOrDefault(entry.id(), 0) > 1 ? named(entry, run.name()) : entry;
                entries.add(named);
                run.provenance().specs().stream()
                        .filter(spec -> spec.id().equals(entry.name().variant()))
                        .forEach(spec -> specs.put(named.id(), spec));
            }
        }
        return new MergedRuns(scored(runs).report().with(entries), List.copyOf(runs), Map.copyOf(specs));
    }

    /** The first that was scored through the model, else the first. */
    private static ReportedRun scored(List<ReportedRun> runs) {
        return runs.stream()
                .filter(run -> run.report().throughModel() != null
                        && run.report().throughModel().model() != null)
                .findFirst()
                .orElse(runs.get(0));
    }

    private static Entry named(Entry entry, String run) {
        Report.Name name = entry.name();
        return new Entry(
                new Report.Name(name.id() + " (" + run + ")", name.variant(), name.view(), name.kind()),
                entry.membership(),
                entry.size(),
                entry.results());
    }
}
