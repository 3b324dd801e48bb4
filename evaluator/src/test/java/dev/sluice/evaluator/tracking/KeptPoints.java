package dev.sluice.evaluator.tracking;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A sink that keeps tokens and time of each point that it takes. */
final class KeptPoints implements TrackingSink {
    final List<String> taken = new CopyOnWriteArrayList<>();
    volatile boolean answers = true;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void write(List<TrackedPoint> points) throws IOException {
        if (!answers) {
            throw new IOException("not now");
        }
        points.forEach(point -> taken.add(point.tokens() + " at " + point.atMillis()));
    }
}
