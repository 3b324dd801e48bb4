package dev.sluice.evaluator.rolling;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Dead;
import dev.sluice.evaluator.contract.RollingMetrics.Figures;
import dev.sluice.evaluator.contract.RollingMetrics.Series;
import dev.sluice.evaluator.contract.RollingMetrics.Span;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.Sums;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.Measurement;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up measurements to windows of tokens. What it publishes is a function of the measurements alone: their steps
 * decide what was seen, their tokens where a window ends, their times when an open window is shown.
 */
final class RollingProcessor implements Processor<String, Measurement, String, RollingMetrics> {
    static final String SERIES = "rolling-series";
    static final String SLICES = "rolling-slices";
    static final String PUBLISHED = "rolling-published";
    static final String DELETED = "rolling-deleted";

    private static final Logger LOG = LoggerFactory.getLogger(RollingProcessor.class);
    private static final long PARTIAL_MILLIS = 1000;
    private static final int SLICES_OF_A_WINDOW = 8;
    private static final int WINDOWS_FOR_DEAD = 4;

    private final long windowTokens;
    private final Consumer<String> rejected;
    private final MetricTable table;
    private ProcessorContext<String, RollingMetrics> context;
    private KeyValueStore<String, SeriesState> series;
    private Slices slices;
    private PublishedKeys published;
    private KeyValueStore<String, String> deleted;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
    RollingProcessor(long windowTokens, Consumer<String> rejected, MetricTable table) {
        this.windowTokens = windowTokens;
        this.rejected = rejected;
        this.table = table;
    }

    /** Length of the longer window for dead latents, in tokens. */
    static long deadWindowTokens(long windowTokens) {
        return WINDOWS_FOR_DEAD * windowTokens;
    }

    @Override
    public void init(ProcessorContext<String, RollingMetrics> processorContext) {
        context = processorContext;
        series = processorContext.getStateStore(SERIES);
        slices = new Slices(processorContext.getStateStore(SLICES));
        published = new PublishedKeys(processorContext.getStateStore(PUBLISHED));
        deleted = processorContext.getStateStore(DELETED);
    }

    @Override
    public void process(Record<String, Measurement> record) {
        Measurement m = record.value();
        if (m == null) {
            return;
        }
        String key = key(m, m.split());
        SeriesState state = series.get(key);
        Optional<String> violation = MeasurementCheck.violation(m, state);
        if (violation.isPresent()) {
            LOG.warn("measurement of {} is not counted: {}", record.key(), violation.get());
            rejected.accept("measurement");
        } else if (deleted.get(m.variant()) != null) {
            LOG.debug("measurement of {}, which is deleted", record.key());
        } else if (m.split().equals(Measurement.HELDOUT)) {
            heldOut(key, state, m);
        } else {
            training(key, state == null ? begin(m) : state, m);
        }
    }

    /** One checkpoint's score is one window. The last one may repeat a step that was scored before it was the last. */
    private void heldOut(String key, @Nullable SeriesState state, Measurement m) {
        SeriesState known = state == null ? SeriesState.beginning(m, List.of(), sliceTokens()) : state;
        if (known.ended() || (m.step() <= known.progress().lastStep() && !m.last())) {
            return;
        }
        Window window = new Window(0, m.tokens(), m.tokens(), m.statistics(), m.losses(), m.atMillis());
        publish(m, span(m.split(), m.tokens(), window, false, m.last()), window, null);
        SeriesState scored = known.at(m.step());
        series.put(key, m.last() ? scored.end() : scored);
        if (m.last()) {
            endTraining(m);
        }
    }

    /**
     * The score of the final checkpoint comes behind all measurements of training, whose last one may not have known
     * that it was: the stream's end can become known after its last row.
     */
    private void endTraining(Measurement m) {
        for (String split : List.of(Measurement.PREQUENTIAL, Measurement.SEEN)) {
            SeriesState state = series.get(key(m, split));
            if (state != null && !state.ended()) {
                end(m, split, state);
            }
        }
    }

    private void training(String key, SeriesState before, Measurement m) {
        if (before.ended()) {
            return;
        }
        boolean isNew = m.step() > before.progress().lastStep() && m.batchTokens() > 0;
        SeriesState state = isNew ? add(key, before, m) : before;
        if (m.last()) {
            end(m, m.split(), state);
        } else if (isNew) {
            series.put(key, showOpen(m, state));
        }
    }

    private SeriesState add(String key, SeriesState before, Measurement m) {
        long index = m.tokens() / windowTokens;
        Window open = before.open();
        Window added = Window.of(index, m);
        SeriesState state = before.at(m.step());
        if (open == null || open.index() != index) {
            state = (open == null ? state : close(m, m.split(), state, open, false)).withOpen(added);
        } else {
            state = state.withOpen(open.plus(added));
        }
        return m.split().equals(Measurement.PREQUENTIAL)
                ? state.withSlices(slices.add(key, m, state.progress().sliceTokens()))
                : state;
    }

    private SeriesState showOpen(Measurement m, SeriesState state) {
        Window open = state.open();
        if (open == null || !state.isDue(m.atMillis(), PARTIAL_MILLIS)) {
            return state;
        }
        publish(m, span(m.split(), end(open), open, true, false), open, state.recentDeadFraction(deadTokens()));
        return state.published(m.atMillis());
    }

    /** The first batch of a later pass ends the first pass; dead latents are counted on across the passes. */
    private SeriesState begin(Measurement m) {
        SeriesState first = m.split().equals(Measurement.SEEN) ? series.get(key(m, Measurement.PREQUENTIAL)) : null;
        if (first == null) {
            return SeriesState.beginning(m, List.of(), sliceTokens());
        }
        SeriesState ended = first.ended() ? first : end(m, Measurement.PREQUENTIAL, first);
        return SeriesState.beginning(m, ended.recent(), sliceTokens());
    }

    private SeriesState end(Measurement m, String split, SeriesState state) {
        Window open = state.open();
        String key = key(m, split);
        SeriesState closed = open == null ? state : close(m, split, state, open, true);
        if (open != null && split.equals(Measurement.PREQUENTIAL)) {
            slices.lastFifth(key, open.toTokens())
                    .ifPresent(fifth -> publish(
                            m, span(RollingMetrics.SUMMARY, fifth.toTokens(), fifth, false, true), fifth, null));
            slices.clear(key);
        }
        series.put(key, closed.end());
        return closed;
    }

    private SeriesState close(Measurement m, String split, SeriesState state, Window open, boolean last) {
        SeriesState closed = state.closed(open, deadTokens());
        publish(m, span(split, end(open), open, false, last), open, closed.recentDeadFraction(deadTokens()));
        return closed;
    }

    private static Span span(String split, long windowEnd, Window window, boolean partial, boolean last) {
        return new Span(split, windowEnd, window.fromTokens(), window.toTokens(), partial, last);
    }

    private void publish(Measurement m, Span span, Window window, @Nullable Double deadFractionLong) {
        Series of = new Series(m.variant(), m.view(), m.generation(), m.stream(), m.kind(), m.latents());
        RollingMetrics metrics = new RollingMetrics(
                Json.VERSION, of, span, figures(m, span, window, deadFractionLong), window.atMillis());
        published.add(m.variant(), metrics.key());
        context.forward(new Record<>(metrics.key(), metrics, Math.max(0, window.atMillis())));
    }

    private Figures figures(Measurement m, Span span, Window window, @Nullable Double deadFractionLong) {
        double deadFraction = MetricTable.deadFraction(window.statistics().fired(), m.latents());
        return new Figures(
                table.values(Sums.all(window.statistics(), m.width(), m.latents())),
                table.values(Sums.rest(window.statistics(), m.width(), m.latents())),
                new Dead(deadFraction, deadFractionLong, deadTokens()),
                span.split().equals(Measurement.HELDOUT) ? m.density() : null,
                window.losses());
    }

    private long end(Window window) {
        return (window.index() + 1) * windowTokens;
    }

    private long deadTokens() {
        return deadWindowTokens(windowTokens);
    }

    private long sliceTokens() {
        return Math.max(1, windowTokens / SLICES_OF_A_WINDOW);
    }

    private static String key(Measurement m, String split) {
        return m.variant() + "/" + m.view() + "/" + m.generation() + "/" + split;
    }
}
