package dev.sluice.evaluator.tracking;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The event file of one series, which grows only: readers follow it. What is in it is known from itself, so a restart
 * neither repeats nor misses a point, and a record that a kill has torn is cut off. A point that is there with another
 * time is of another training under the same name: from then on that one counts.
 */
final class EventFile {
    private static final String PREFIX = "events.out.tfevents.";

    /** In the place of a host's name: the file does not depend on the host. */
    private static final String SUFFIX = ".sluice";

    private static final long MILLIS_PER_SECOND = 1000;

    private final Path file;
    private final Map<Key, Double> written;

    /** Which point an event is. */
    private record Key(String tag, long step) {}

    private EventFile(Path file, Map<Key, Double> written) {
        this.file = file;
        this.written = written;
    }

    /**
     * Opens that of a folder.
     *
     * @param folder is made if absent
     * @param first point that is to be in it, which names a new file
     */
    static EventFile open(Path folder, TrackedPoint first) throws IOException {
        Files.createDirectories(folder);
        Optional<Path> there = existing(folder);
        Path file = there.orElse(folder.resolve(
                String.format(Locale.ROOT, "%s%010d%s", PREFIX, first.atMillis() / MILLIS_PER_SECOND, SUFFIX)));
        EventFile events = new EventFile(file, new HashMap<>());
        long whole = there.isPresent() ? events.read() : 0;
        if (whole == 0) {
            events.begin(first.wallTime());
        }
        return events;
    }

    private static Optional<Path> existing(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
                    })
                    .max(Path::compareTo);
        }
    }

    /** Learns what is there, and cuts off what is torn; gives the bytes that stay. */
    private long read() throws IOException {
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
        try {
            for (byte[] event = EventRecord.next(content); event != null; event = EventRecord.next(content)) {
                learn(WrittenEvent.of(event));
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new TrackingException(file + " must be an event file of Sluice, but has another record", e);
        }
        if (content.hasRemaining()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(content.position());
            }
        }
        return content.position();
    }

    private void learn(WrittenEvent event) {
        if (event.isStart()) {
            written.clear();
        } else if (!event.tag().isEmpty()) {
            written.put(new Key(event.tag(), event.step()), event.wallTime());
        }
    }

    private void begin(double wallTime) throws IOException {
        Files.write(file, EventRecord.framed(Event.version(wallTime)));
    }

    /** Adds what is not there yet. */
    void add(List<TrackedPoint> points) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        Map<Key, Double> added = new HashMap<>(written);
        for (TrackedPoint point : points) {
            Key key = new Key(point.firstTag(), point.tokens());
            Double before = added.get(key);
            if (before != null && (point.again() || before == point.wallTime())) {
                continue;
            }
            if (before != null) {
                records.writeBytes(EventRecord.framed(Event.start(point.wallTime())));
                added.clear();
            }
            records.writeBytes(EventRecord.framed(Event.of(point)));
            added.put(key, point.wallTime());
        }
        if (records.size() > 0) {
            append(records.toByteArray());
            written.clear();
            written.putAll(added);
        }
    }

    /** All of it or, if that fails, nothing. */
    private void append(byte[] records) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long end = channel.size();
            try {
                ByteBuffer left = ByteBuffer.wrap(records);
                channel.position(end);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
            } catch (IOException e) {
                channel.truncate(end);
                throw e;
            }
        }
    }
}
