package dev.sluice.evaluator.tracking;

import dev.sluice.trainer.contract.VariantSpec;
import java.io.IOException;
import java.util.List;

/** One place that points are written to. On one thread. */
interface TrackingSink extends AutoCloseable {
    /** For people, e.g. the folder. */
    String name();

    /** What is wanted of a variant; comes before its first point. */
    default void wanted(VariantSpec spec) {}

    /**
     * Writes what is not there yet: after a restart all points come again.
     *
     * @param points in their order
     * @throws IOException if it may succeed later; all of the points come again then
     * @throws TrackingException if it never will
     */
    void write(List<TrackedPoint> points) throws IOException, InterruptedException;

    @Override
    default void close() throws IOException {}
}
