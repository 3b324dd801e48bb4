package dev.sluice.evaluator.view;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline strip: what flows through each stage, how busy it is, and which one holds up the others.
 *
 * @param stream shown, null before there is one
 * @param variants on it
 * @param behindSeconds that metrics take from their measurement to here, null while none come
 * @param scorerBusy share of the last seconds that held-out rows were scored, null if not known
 * @param now milliseconds since 1970
 */
record Pipeline(
        @Nullable StreamView stream,
        List<VariantView> variants,
        @Nullable Double behindSeconds,
        @Nullable Double scorerBusy,
        long now) {
    /** Below this share nothing holds up anything. */
    private static final double IDLE = 0.05;

    private static final Api.Stage CORPUS = new Api.Stage("corpus", "Corpus");
    private static final Api.Stage MODEL = new Api.Stage("model", "Model");
    private static final Api.Stage LOG = new Api.Stage("log", "Log");
    private static final Api.Stage DICTIONARIES = new Api.Stage("dictionaries", "Dictionaries");
    private static final Api.Stage EVALUATOR = new Api.Stage("evaluator", "Evaluator");
    private static final double MEGA = 1e6;

    List<Api.Node> nodes() {
        List<Api.Node> nodes = List.of(corpus(), model(), log(), dictionaries(), evaluator());
        Api.Node busiest = nodes.stream()
                .filter(node -> node.busy() != null && node.busy() > IDLE)
                .max(Comparator.comparingDouble(node -> Objects.requireNonNullElse(node.busy(), 0.0)))
                .orElse(null);
        return nodes.stream()
                .map(node -> node.equals(busiest) ? node.asBottleneck() : node)
                .toList();
    }

    private Api.Node corpus() {
        if (stream == null) {
            return node(CORPUS, new Api.Flow(0.0, "B/s"), null, "waiting", null);
        }
        StreamProgress.Reading reading = stream.telemetry().reading();
        String detail = stream.progress().complete()
                ? text("%,d documents, all read", reading.documents())
                : text("document %,d%s", reading.documents(), share(reading));
        return node(
                CORPUS,
                new Api.Flow(stream.rate(StreamView.CORPUS, now), "B/s"),
                stream.busy(List.of("tokenize"), now),
                detail,
                null);
    }

    private static String share(StreamProgress.Reading reading) {
        return reading.totalCorpusBytes() > 0
                ? text(" · %.0f %% read", 100.0 * reading.corpusBytes() / reading.totalCorpusBytes())
                : "";
    }

    private Api.Node model() {
        if (stream == null) {
            return node(MODEL, new Api.Flow(0.0, "tok/s"), null, "waiting", null);
        }
        String detail = stream.telemetry().device() + (stream.progress().complete() ? " · ran once, done" : "");
        return node(
                MODEL,
                new Api.Flow(stream.rate(StreamView.ROWS, now), "tok/s"),
                stream.busy(List.of("forward"), now),
                detail,
                null);
    }

    private Api.Node log() {
        if (stream == null) {
            return node(LOG, new Api.Flow(0.0, "B/s"), null, "waiting", null);
        }
        return node(
                LOG,
                new Api.Flow(stream.rate(StreamView.LOG, now), "B/s"),
                stream.busy(List.of("mix", "encode", "send"), now),
                text("%,.0f MB kept · replayable from 0", stream.telemetry().logBytes() / MEGA),
                null);
    }

    private Api.Node dictionaries() {
        List<VariantView> atWork =
                variants.stream().filter(VariantView::isAtWork).toList();
        double rate = atWork.stream()
                .mapToDouble(variant -> variant.tokensPerSecond(now))
                .average()
                .orElse(0);
        double busy = Math.min(
                1, variants.stream().mapToDouble(variant -> variant.busy(now)).sum());
        Double lag = atWork.stream()
                .map(VariantView::status)
                .filter(Objects::nonNull)
                .map(VariantStatus::lagRows)
                .max(Comparator.naturalOrder())
                .map(Long::doubleValue)
                .orElse(null);
        return node(DICTIONARIES, new Api.Flow(rate, "tok/s"), busy, training(atWork), lag);
    }

    private String training(List<VariantView> atWork) {
        long finished = variants.stream()
                .filter(variant -> variant.state().isFinished())
                .count();
        if (!variants.isEmpty() && finished == variants.size()) {
            return text("all %d finished", finished);
        }
        VariantView slowest = atWork.stream()
                .min(Comparator.comparingInt(VariantView::epochOrFirst))
                .orElse(null);
        VariantSpec spec = slowest == null ? null : slowest.spec();
        String pass = slowest == null || spec == null
                ? ""
                : text(
                        " · pass %d of %d",
                        slowest.epochOrFirst(), spec.training().epochs());
        return text("%d of %d train", atWork.size(), variants.size()) + pass;
    }

    private Api.Node evaluator() {
        long scored = variants.stream()
                .flatMap(variant -> variant.series().values().stream())
                .map(SeriesView::newestHeldOut)
                .filter(Objects::nonNull)
                .mapToLong((RollingMetrics metrics) -> metrics.all().rows())
                .max()
                .orElse(0);
        String detail = scored == 0 ? "held-out: waiting" : text("held-out: %,d tokens scored", scored);
        return node(EVALUATOR, new Api.Flow(behindSeconds, "s behind"), scorerBusy, detail, behindSeconds);
    }

    private static Api.Node node(
            Api.Stage stage, Api.Flow flow, @Nullable Double busy, String detail, @Nullable Double lag) {
        return new Api.Node(stage, flow, busy, detail, false, lag);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
