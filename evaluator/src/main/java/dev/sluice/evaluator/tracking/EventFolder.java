package dev.sluice.evaluator.tracking;

import dev.sluice.evaluator.contract.RollingMetrics.Series;
import dev.sluice.producer.contract.Identifier;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * TensorBoard's log folder: a folder for each variant; within it one for each view if it has several, and {@code
 * generation-1} and so on for what a replay has learnt.
 */
final class EventFolder implements TrackingSink {
    private static final String LOCK = ".sluice-tracking.lock";

    private final Path folder;
    private final FileChannel lock;
    private final Map<Path, EventFile> files = new HashMap<>();

    private EventFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** @throws TrackingException if another process writes there, or nobody can */
    static EventFolder open(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel lock =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(lock) == null) {
                lock.close();
                throw new TrackingException(
                        "tracking.dir must be a folder that no other process writes to, got " + folder);
            }
            return new EventFolder(folder, lock);
        } catch (IOException e) {
            throw new TrackingException("tracking.dir must be a folder that can be written, got " + folder, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by this very process
        }
    }

    @Override
    public String name() {
        return folder.toString();
    }

    @Override
    public void write(List<TrackedPoint> points) throws IOException {
        Map<Path, List<TrackedPoint>> byFolder = new LinkedHashMap<>();
        for (TrackedPoint point : points) {
            byFolder.computeIfAbsent(folder(point.of()), path -> new ArrayList<>())
                    .add(point);
        }
        for (Map.Entry<Path, List<TrackedPoint>> series : byFolder.entrySet()) {
            file(series.getKey(), series.getValue().get(0)).add(series.getValue());
        }
    }

    private EventFile file(Path place, TrackedPoint first) throws IOException {
        EventFile known = files.get(place);
        if (known == null) {
            known = EventFile.open(place, first);
            files.put(place, known);
        }
        return known;
    }

    private Path folder(Series of) {
        Path series = folder.resolve(Identifier.require("the variant's id", of.variant()));
        if (!of.view().isEmpty()) {
            series = series.resolve(Identifier.require("the view", of.view()));
        }
        return of.generation() == 0 ? series : series.resolve("generation-" + of.generation());
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
