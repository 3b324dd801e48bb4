package dev.sluice.evaluator.view;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.dictionary.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One variant: what it should be, how it fares, and the series of its views. */
final class VariantView {
    private static final long SILENT_MILLIS = 5000;
    private static final String BUSY = "busy";

    private final String id;
    private final Function<String, Set<String>> awaited;
    private final Rates rates = new Rates();
    private final TreeMap<String, SeriesView> series = new TreeMap<>();
    /** The newest of each job. */
    private final TreeMap<String, JobResult> results = new TreeMap<>();

    private @Nullable VariantSpec spec;
    private int generation;
    private @Nullable VariantStatus status;
    private @Nullable CheckpointManifest manifest;
    /** What the newest result of its job says. */
    private @Nullable TruthFigures truth;

    /** @param awaited jobs over final checkpoints of a stream, without whose results something is missing */
    VariantView(String id, Function<String, Set<String>> awaited) {
        this.id = id;
        this.awaited = awaited;
    }

    String id() {
        return id;
    }

    void put(WantedVariant next) {
        spec = next.spec();
        generation = next.generation();
    }

    void put(VariantStatus next) {
        status = next;
        rates.add(next.atMillis(), Map.of(BUSY, next.busySeconds()));
    }

    void put(CheckpointManifest next) {
        manifest = next;
        spec = next.spec();
    }

    /** The results of one job come in the order of their checkpoints. */
    void put(JobResult next) {
        JobResult known = results.get(next.key().job());
        if (known == null || known.key().generation() <= next.key().generation()) {
            results.put(next.key().job(), next);
            if (next.key().job().equals(TruthFigures.JOB)) {
                truth = TruthFigures.of(next).orElse(null);
            }
        }
    }

    /** The result with this key is deleted. */
    void forget(String key) {
        results.values().removeIf(result -> result.key().text().equals(key));
    }

    /** The newest of each job, of the generation that is wanted. */
    Collection<JobResult> results() {
        return results.values().stream()
                .filter(result -> result.key().generation() >= generation)
                .toList();
    }

    /** The newest through the model, of the generation that is wanted; null if there are none. */
    @Nullable
    ModelScores modelScores() {
        return results().stream()
                .map(ModelScores::of)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** By view. */
    Map<String, SeriesView> series() {
        return series;
    }

    @Nullable
    VariantSpec spec() {
        return spec;
    }

    @Nullable
    VariantStatus status() {
        return status;
    }

    @Nullable
    CheckpointManifest manifest() {
        return manifest;
    }

    /** Empty if not known. */
    String stream() {
        if (spec != null) {
            return spec.stream();
        }
        return status != null ? status.stream() : "";
    }

    String kind() {
        if (spec != null) {
            return spec.dictionary().kind();
        }
        return status != null ? status.kind() : "";
    }

    /** Of variants that are compared with each other; null for none. */
    @Nullable
    String group() {
        return spec == null ? null : spec.group();
    }

    VariantPhase state() {
        return status == null ? VariantPhase.WAITING : status.state();
    }

    /** The current pass, from 1. */
    int epochOrFirst() {
        return status == null ? 1 : ProgressBar.epoch(status, spec);
    }

    boolean isAtWork() {
        return state().isAtWork();
    }

    /** 0 while nothing is heard. */
    double tokensPerSecond(long now) {
        return status == null || !isAtWork() || now - status.atMillis() > SILENT_MILLIS ? 0 : status.tokensPerSecond();
    }

    /** Share of the last seconds that it computed; 0 while nothing is heard. */
    double busy(long now) {
        Double busy = rates.of(BUSY, now);
        return busy == null || !isAtWork() ? 0 : busy;
    }

    /**
     * What is still to come: null once it failed, or its final checkpoint cannot be scored, or once the final manifest,
     * its held-out score, the final metrics and the results of the awaited jobs are here, of the
     * generation that is wanted.
     */
    @Nullable
    String missing() {
        if (status != null
                && status.generation() >= generation
                && status.state().isFailed()) {
            return null;
        }
        CheckpointManifest last = manifest;
        if (last == null || !last.last() || last.generation() < generation) {
            return "final checkpoint";
        }
        if (couldNotBeScored(last)) {
            return null;
        }
        return views(last.spec()).stream()
                .map(view -> {
                    SeriesView seen = series.get(view);
                    return seen == null || seen.generation() != last.generation()
                            ? "metrics"
                            : seen.missing(last.tokens());
                })
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> missingResult(last));
    }

    private @Nullable String missingResult(CheckpointManifest last) {
        return awaited.apply(stream()).stream()
                .filter(job -> ofFinal(job, last) == null)
                .sorted()
                .findFirst()
                .map(job -> "result of " + job)
                .orElse(null);
    }

    /** How much of a known dictionary a view has found; null if it is not known. */
    TruthFigures.@Nullable View truth(String view) {
        JobResult result = results.get(TruthFigures.JOB);
        TruthFigures figures = truth;
        boolean counts = result != null && result.key().generation() >= generation;
        return counts && figures != null ? figures.views().get(view) : null;
    }

    private boolean couldNotBeScored(CheckpointManifest last) {
        JobResult scoring = ofFinal(JobResult.SCORING, last);
        return scoring != null && scoring.hasFailed();
    }

    /** How a job over the final checkpoint ended; null if it has not. */
    private @Nullable JobResult ofFinal(String job, CheckpointManifest last) {
        JobResult result = results.get(job);
        return result != null
                        && result.key().generation() == last.generation()
                        && result.checkpoint().last()
                        && result.checkpoint().sha256().equals(last.sha256())
                ? result
                : null;
    }

    /** The views that the variant has or will have. */
    List<String> views() {
        List<String> views = new ArrayList<>(spec == null ? List.of() : views(spec));
        series.keySet().stream().filter(view -> !views.contains(view)).forEach(views::add);
        return views.isEmpty() ? List.of("") : views;
    }

    private static List<String> views(VariantSpec spec) {
        return Kind.of(spec).views(spec.dictionary());
    }
}
