package dev.sluice.evaluator.view;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.ModelTable;
import dev.sluice.evaluator.report.Provenance;
import dev.sluice.evaluator.report.Report;
import dev.sluice.evaluator.report.ReportedRun;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.service.BuildInfo;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the topics say now: the read model of the page, of {@code /metrics} and of the report. Every change has a
 * sequence number; those of a later process are larger, so a page that comes back gets everything that it missed. Safe
 * for several threads.
 */
public final class LiveView {
    private static final int SEQUENCES_PER_MILLI = 1024;

    private final TreeMap<String, StreamView> streams = new TreeMap<>();
    private final TreeMap<String, VariantView> variants = new TreeMap<>();

    /** What others still say of these comes too late. */
    private final Set<String> deleted = new HashSet<>();

    /** Jobs that a run on a stream waits for, beside the scores that it shows anyway. */
    private Function<StreamSpec, Set<String>> awaited = stream -> Set.of();

    private final Delays delays = new Delays();
    private final Rates scorer = new Rates();
    private final MetricTable table;
    private final Rows rows;
    private final LongSupplier clock;
    private final DoubleSupplier scorerSeconds;
    private final long windowTokens;
    private final long deadWindowTokens;
    private long seq;
    private long heldOutSeq;
    private boolean current;

    /**
     * @param clock milliseconds since 1970
     * @param scorerSeconds seconds that the scorer has computed so far
     * @param windowTokens width of a rolling window
     * @param deadWindowTokens width of the window for dead latents
     */
    public LiveView(LongSupplier clock, DoubleSupplier scorerSeconds, long windowTokens, long deadWindowTokens) {
        this(clock, scorerSeconds, windowTokens, deadWindowTokens, MetricTable.standard());
    }

    /**
     * As {@link #LiveView(LongSupplier, DoubleSupplier, long, long)}.
     *
     * @param table of the metrics to show
     */
    public LiveView(
            LongSupplier clock,
            DoubleSupplier scorerSeconds,
            long windowTokens,
            long deadWindowTokens,
            MetricTable table) {
        this.table = table;
        this.rows = new Rows(table);
        this.clock = clock;
        this.scorerSeconds = scorerSeconds;
        this.windowTokens = windowTokens;
        this.deadWindowTokens = deadWindowTokens;
        this.seq = clock.getAsLong() * SEQUENCES_PER_MILLI;
        this.heldOutSeq = seq;
    }

    /** A run is done only when each of these jobs has ended over every final checkpoint; to be said before any record. */
    public synchronized void await(Function<StreamSpec, Set<String>> jobs) {
        awaited = jobs;
    }

    public synchronized void put(String id, @Nullable StreamProgress progress) {
        seq++;
        if (progress == null) {
            streams.remove(id);
        } else if (streams.containsKey(id)) {
            streams.get(id).put(progress);
        } else {
            streams.put(id, new StreamView(progress));
        }
    }

    public synchronized void put(String id, @Nullable WantedVariant wanted) {
        seq++;
        if (wanted == null) {
            deleted.add(id);
            variants.remove(id);
        } else {
            deleted.remove(id);
            variant(id).put(wanted);
        }
    }

    public synchronized void put(VariantStatus status) {
        if (!deleted.contains(status.variant())) {
            seq++;
            variant(status.variant()).put(status);
        }
    }

    public synchronized void put(CheckpointManifest manifest) {
        String id = manifest.spec().id();
        if (!deleted.contains(id)) {
            seq++;
            variant(id).put(manifest);
        }
    }

    /** @param key of the record, which begins with the variant's id */
    public synchronized void put(String key, @Nullable JobResult result) {
        VariantView variant = variants.get(key.substring(0, Math.max(0, key.indexOf('/'))));
        if (result == null && variant != null) {
            seq++;
            variant.forget(key);
        } else if (result != null && !deleted.contains(result.key().variant())) {
            seq++;
            variant(result.key().variant()).put(result);
        }
    }

    public synchronized void put(RollingMetrics metrics) {
        RollingMetrics.Series of = metrics.of();
        if (deleted.contains(of.variant())) {
            return;
        }
        seq++;
        Map<String, SeriesView> series = variant(of.variant()).series();
        SeriesView known = series.get(of.view());
        if (known != null && known.generation() > of.generation()) {
            return;
        }
        if (known == null || known.generation() < of.generation()) {
            known = new SeriesView(metrics, table);
            series.put(of.view(), known);
        }
        known.put(seq, metrics);
        if (metrics.split().equals(Measurement.HELDOUT)) {
            heldOutSeq = seq;
        } else if (current && !metrics.split().equals(RollingMetrics.SUMMARY)) {
            long now = clock.getAsLong();
            delays.add(now, now - metrics.atMillis());
        }
    }

    /** Everything that was in the topics at the start is here; from now on delays mean something. */
    synchronized void caughtUp() {
        current = true;
    }

    private VariantView variant(String id) {
        return variants.computeIfAbsent(id, any -> new VariantView(id, this::awaitedOn));
    }

    private Set<String> awaitedOn(String stream) {
        StreamView view = streams.get(stream);
        return view == null ? Set.of() : awaited.apply(view.progress().spec());
    }

    /** Whether every variant is done or failed: what a run waits for before it ends. */
    public synchronized boolean isDone() {
        return isDone(variants.values());
    }

    private boolean isDone(Collection<VariantView> of) {
        return current && !of.isEmpty() && of.stream().allMatch(variant -> variant.missing() == null);
    }

    public synchronized long seq() {
        return seq;
    }

    /** Sequence number of the newest held-out score. */
    public synchronized long heldOutSeq() {
        return heldOutSeq;
    }

    /** Calls within one consistent state. */
    public synchronized <T> T atOnce(Supplier<T> question) {
        return question.get();
    }

    public synchronized Api.Overview overview(@Nullable String wanted) {
        long now = clock.getAsLong();
        scorer.add(now, Map.of("busy", scorerSeconds.getAsDouble()));
        String stream = stream(wanted);
        StreamView view = stream == null ? null : streams.get(stream);
        List<VariantView> of = variantsOf(stream);
        return new Api.Overview(
                new Api.Moment(BuildInfo.VERSION, now, seq),
                streams.values().stream().map(StreamView::info).toList(),
                stream,
                ProgressBar.of(view, of, isDone(of), now),
                new Pipeline(view, of, delays.worstSeconds(now), scorer.of("busy", now), now).nodes());
    }

    /** What the page needs to know of each metric. */
    public Api.Metrics metrics() {
        return new Api.Metrics(MetricTable.FVU.name(), table.metrics(), MetricTable.DEAD, ModelTable.metrics());
    }

    /** The metrics that are shown. */
    public MetricTable table() {
        return table;
    }

    public synchronized Api.Variants variants() {
        long now = clock.getAsLong();
        List<Api.Row> all = new ArrayList<>();
        for (VariantView variant : variants.values()) {
            StreamView stream = streams.get(variant.stream());
            variant.views().forEach(view -> all.add(rows.row(view, variant, stream, now)));
        }
        return new Api.Variants(seq, all);
    }

    /** @param stream null for all */
    public synchronized Api.Results results(@Nullable String stream) {
        return new Api.Results(
                seq,
                variantsOf(stream).stream()
                        .flatMap(variant -> variant.results().stream())
                        .toList());
    }

    /**
     * @param stream null for the first one
     * @param split null for all
     * @param since only points that changed after this sequence number
     */
    public synchronized Api.Series series(@Nullable String stream, @Nullable String split, long since) {
        List<Api.Columns> all = new ArrayList<>();
        for (VariantView variant : variantsOf(stream)) {
            for (SeriesView series : variant.series().values()) {
                for (String each : List.of(Measurement.PREQUENTIAL, Measurement.HELDOUT)) {
                    List<Curve.Point> points = series.curve(each).since(since);
                    if ((split == null || split.equals(each)) && !points.isEmpty()) {
                        all.add(rows.columns(series.any().of(), each, points));
                    }
                }
            }
        }
        return new Api.Series(seq, windowTokens, deadWindowTokens, all);
    }

    public synchronized Api.Pareto pareto(@Nullable String stream) {
        List<SeriesView> scored = variantsOf(stream).stream()
                .flatMap(variant -> variant.series().values().stream())
                .filter(series -> series.newestHeldOut() != null)
                .toList();
        return rows.pareto(seq, scored);
    }

    public synchronized List<SeriesView> allSeries() {
        return variants.values().stream()
                .flatMap(variant -> variant.series().values().stream())
                .toList();
    }

    /** Every variant's scores through the model that are known, with the stream that it is trained on. */
    public synchronized void forEachModelScore(ModelScoreVisitor visitor) {
        variants.values().forEach(variant -> {
            ModelScores scores = variant.modelScores();
            if (scores != null) {
                scores.views()
                        .forEach((view, values) -> visitor.visit(
                                variant.stream(), Measurement.series(variant.id(), view), values.metrics()));
            }
        });
    }

    /** Is given the metrics of one series by their names. */
    @FunctionalInterface
    public interface ModelScoreVisitor {
        void visit(String stream, String series, Map<String, Double> metrics);
    }

    /** @param wanted id of the stream, null for the one that the page shows first */
    public synchronized Report report(@Nullable String wanted) {
        String stream = stream(wanted);
        StreamView view = stream == null ? null : streams.get(stream);
        return new Report(
                stream == null ? "" : stream,
                view == null ? 0 : view.progress().rows(),
                view == null ? 0 : view.progress().heldoutRows(),
                new ReportEntries(table).of(variantsOf(stream)),
                ReportEntries.throughModel(variantsOf(stream)));
    }

    /**
     * The report with what was run.
     *
     * @param wanted id of the stream, null for the one that the page shows first
     * @param name of the run
     * @param commands that were given
     */
    public synchronized ReportedRun run(@Nullable String wanted, String name, List<String> commands) {
        Report report = report(wanted);
        StreamView view = streams.get(report.stream());
        List<VariantView> of = variantsOf(report.stream());
        return new ReportedRun(
                name,
                report,
                new Provenance(
                        view == null ? null : view.progress().spec(),
                        of.stream()
                                .map(VariantView::spec)
                                .filter(Objects::nonNull)
                                .toList(),
                        of.stream()
                                .map(VariantView::manifest)
                                .filter(Objects::nonNull)
                                .toList()),
                commands);
    }

    /** Ids, the one begun first first. */
    public synchronized List<String> streams() {
        return streams.entrySet().stream()
                .sorted(Comparator.comparingLong(
                        stream -> stream.getValue().telemetry().startedMillis()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The wanted stream, else the one that was begun last. */
    private @Nullable String stream(@Nullable String wanted) {
        if (wanted != null) {
            return wanted;
        }
        return streams.entrySet().stream()
                .max(Comparator.comparingLong(
                        stream -> stream.getValue().telemetry().startedMillis()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** Those on this stream; all if it is null. */
    private List<VariantView> variantsOf(@Nullable String stream) {
        return variants.values().stream()
                .filter(variant -> stream == null || variant.stream().isEmpty() || stream.equals(variant.stream()))
                .toList();
    }
}
