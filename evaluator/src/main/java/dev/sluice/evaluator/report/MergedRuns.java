package dev.sluice.evaluator.report;

import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Results;
import dev.sluice.evaluator.report.Report.ThroughModel;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        ThroughModel through = scored(runs).report().throughModel();
        for (ReportedRun run : runs) {
            boolean alike = isAlike(run, through);
            if (through != null && !alike) {
                through = through.without(run.name());
            }
            for (Entry each : run.report().variants()) {
                Entry entry = alike ? each : unscored(each);
                Entry named = uses.getOrDefault(entry.id(), 0) > 1 ? named(entry, run.name()) : entry;
                entries.add(named);
                run.provenance().specs().stream()
                        .filter(spec -> spec.id().equals(entry.name().variant()))
                        .forEach(spec -> specs.put(named.id(), spec));
            }
        }
        return new MergedRuns(scored(runs).report().with(entries, through), List.copyOf(runs), Map.copyOf(specs));
    }

    /** The first that was scored through the model, else the first. */
    private static ReportedRun scored(List<ReportedRun> runs) {
        return runs.stream()
                .filter(run -> run.report().throughModel() != null
                        && run.report().throughModel().model() != null)
                .findFirst()
                .orElse(runs.get(0));
    }

    private static boolean isAlike(ReportedRun run, @Nullable ThroughModel through) {
        ThroughModel own = run.report().throughModel();
        return through == null || own == null || own.model() == null || own.isLike(through);
    }

    private static Entry unscored(Entry entry) {
        Results of = entry.results();
        return new Entry(
                entry.name(),
                entry.membership(),
                entry.size(),
                new Results(
                        of.prequential(), of.prequentialLosses(), of.heldout(), of.heldoutRest(), null, of.truth()));
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
