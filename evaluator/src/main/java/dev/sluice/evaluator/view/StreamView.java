package dev.sluice.evaluator.view;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamProgress.Telemetry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One stream and how fast it grows. */
final class StreamView {
    static final String ROWS = "rows";
    static final String CORPUS = "corpus";
    static final String LOG = "log";

    private final Rates rates = new Rates();
    private StreamProgress progress;

    StreamView(StreamProgress first) {
        this.progress = first;
        put(first);
    }

    void put(StreamProgress next) {
        progress = next;
        Telemetry telemetry = next.telemetry();
        Map<String, Double> counters = new HashMap<>(telemetry.stageSeconds());
        counters.put(ROWS, (double) (next.rows() + next.heldoutRows()));
        counters.put(CORPUS, (double) telemetry.reading().corpusBytes());
        counters.put(LOG, (double) telemetry.logBytes());
        rates.add(telemetry.atMillis(), counters);
    }

    StreamProgress progress() {
        return progress;
    }

    Telemetry telemetry() {
        return progress.telemetry();
    }

    /** Per second; 0 once the stream is complete or while nothing is heard. */
    double rate(String counter, long now) {
        Double rate = progress.complete() ? null : rates.of(counter, now);
        return rate == null ? 0 : rate;
    }

    /** Share of the last seconds that these stages were busy; null if not known. */
    @Nullable
    Double busy(List<String> stages, long now) {
        if (progress.complete()) {
            return 0.0;
        }
        double sum = 0;
        for (String stage : stages) {
            Double share = rates.of(stage, now);
            if (share == null) {
                return null;
            }
            sum += share;
        }
        return Math.min(1, sum);
    }

    /** Train rows of the stream in the end; null if nobody can tell. */
    @Nullable
    Long expectedRows() {
        if (progress.complete()) {
            return progress.rows();
        }
        long expected = telemetry().reading().expectedRows();
        return expected < 0 ? null : expected;
    }

    Api.StreamInfo info() {
        var spec = progress.spec();
        return new Api.StreamInfo(
                spec.id(),
                new Api.Origin(spec.corpus(), spec.hook(), spec.model(), spec.width(), spec.seed()),
                new Api.Extent(progress.rows(), progress.heldoutRows(), expectedRows(), progress.complete()));
    }
}
