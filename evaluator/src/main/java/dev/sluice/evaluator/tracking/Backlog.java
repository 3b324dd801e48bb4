package dev.sluice.evaluator.tracking;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Points that wait for a sink, by the keys of their records: as in the topic, a later record takes the place of an earlier
 * one, and a tombstone takes it away. A variant that was deleted and wanted again thus leaves no points of its first
 * training among those of its second.
 */
final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    private final MetricTable table;
    private final Map<String, List<TrackedPoint>> points = new HashMap<>();
    private final int mostNew;
    private int size;

    /** Of points, while the sink does not answer: what waited at its first fault, and {@code mostNew} more. */
    private OptionalInt most = OptionalInt.empty();

    /** @param mostNew points that may come while a sink does not answer */
    Backlog(MetricTable table, int mostNew) {
        this.table = table;
        this.mostNew = mostNew;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Points that wait. */
    int size() {
        return size;
    }

    /** @param metrics null for a tombstone */
    void add(String key, @Nullable RollingMetrics metrics) {
        List<TrackedPoint> added = metrics == null ? List.of() : TrackedPoint.of(metrics, table);
        List<TrackedPoint> replaced = added.isEmpty() ? points.remove(key) : points.put(key, added);
        size += added.size() - (replaced == null ? 0 : replaced.size());
    }

    /**
     * Hands all of it to a sink, in the order of tokens.
     *
     * @return false if the sink does not answer and it all waits on
     * @throws TrackingException if the sink does not answer and too much has come since its first fault
     */
    boolean writeTo(TrackingSink sink) throws InterruptedException {
        try {
            sink.write(points.values().stream()
                    .flatMap(List::stream)
                    .sorted(TrackedPoint.ORDER)
                    .toList());
            points.clear();
            size = 0;
            most = OptionalInt.empty();
            return true;
        } catch (IOException e) {
            if (most.isEmpty()) {
                LOG.warn("{} does not take metrics, they wait: {}", sink.name(), TrackingException.message(e));
                most = OptionalInt.of(size + mostNew);
            }
            if (size > most.getAsInt()) {
                throw new TrackingException(size + " points wait for " + sink.name() + "; a restart writes them", e);
            }
            return false;
        }
    }
}
