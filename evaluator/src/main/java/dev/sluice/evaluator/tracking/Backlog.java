package dev.sluice.evaluator.tracking;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private int size;
    private boolean told;

    Backlog(MetricTable table) {
        this.table = table;
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
     * @param most points that may wait for a sink that does not answer
     * @return false if the sink does not answer and it all waits on
     * @throws TrackingException if too much waits
     */
    boolean writeTo(TrackingSink sink, int most) throws InterruptedException {
        try {
            sink.write(points.values().stream()
                    .flatMap(List::stream)
                    .sorted(TrackedPoint.ORDER)
                    .toList());
            points.clear();
            size = 0;
            told = false;
            return true;
        } catch (IOException e) {
            if (!told) {
                LOG.warn("{} does not take metrics, they wait: {}", sink.name(), TrackingException.message(e));
                told = true;
            }
            if (size > most) {
                throw new TrackingException(size + " points wait for " + sink.name() + "; a restart writes them", e);
            }
            return false;
        }
    }
}
