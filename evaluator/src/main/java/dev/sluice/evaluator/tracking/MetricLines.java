package dev.sluice.evaluator.tracking;

import dev.sluice.evaluator.contract.MetricTopic;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Dead;
import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.TopicReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every closed window and every score of a stream as lines of JSON, by series, generation, tokens and split. Lines wait on
 * disk; in memory is where each one stands.
 */
public final class MetricLines implements AutoCloseable {
    private final String stream;
    private final FileChannel scratch;
    private final Map<String, Place> places = new HashMap<>();

    /** What names a line, in their order. */
    private record Name(String series, int generation, long tokens, String split) implements Comparable<Name> {
        private static final Comparator<Name> ORDER = Comparator.comparing(Name::series)
                .thenComparingInt(Name::generation)
                .thenComparingLong(Name::tokens)
                .thenComparing(Name::split);

        static Name of(RollingMetrics metrics) {
            return new Name(
                    metrics.of().name(),
                    metrics.of().generation(),
                    metrics.span().toTokens(),
                    metrics.split());
        }

        @Override
        public int compareTo(Name other) {
            return ORDER.compare(this, other);
        }
    }

    private record Place(Name name, long begin, int length) {}

    /** @param scratch is empty, and closed with this */
    MetricLines(String stream, FileChannel scratch) {
        this.stream = stream;
        this.scratch = scratch;
    }

    /**
     * Writes what is committed now.
     *
     * @param file is replaced
     */
    public static void write(KafkaConnection kafka, String stream, Path file) throws IOException {
        Path scratch = Files.createTempFile("sluice-metrics", ".jsonl");
        try (MetricLines lines = new MetricLines(
                stream,
                FileChannel.open(
                        scratch,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE))) {
            try (TopicReader topics = TopicReader.brief(kafka)) {
                topics.add(MetricTopic.TOPIC, lines::add).readOn(CompactedTopic.LIMIT);
            }
            lines.writeTo(file);
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Of each key the newest record counts; none does while its window is open, or after a tombstone.
     *
     * @param metrics null for a tombstone
     */
    void add(String key, @Nullable RollingMetrics metrics) {
        places.remove(key);
        if (metrics == null
                || metrics.span().partial()
                || !metrics.of().stream().equals(stream)) {
            return;
        }
        byte[] line = line(metrics);
        try {
            Place place = new Place(Name.of(metrics), scratch.size(), line.length);
            scratch.write(ByteBuffer.wrap(line), place.begin());
            places.put(key, place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writeTo(Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (Place place : newest().values()) {
                scratch.position(place.begin());
                out.write(Channels.newInputStream(scratch).readNBytes(place.length()));
                out.write('\n');
            }
        }
    }

    /** By name; of two records of one name the one that was read later. */
    private Map<Name, Place> newest() {
        Map<Name, Place> newest = new TreeMap<>();
        places.values()
                .forEach(place ->
                        newest.merge(place.name(), place, (one, other) -> one.begin() > other.begin() ? one : other));
        return newest;
    }

    /** Metrics over class rest stand beside the names, those over all rows under {@code all}. */
    static byte[] line(RollingMetrics metrics) {
        Map<String, Object> line = new TreeMap<>(metrics.rest().metrics());
        RollingMetrics.Series of = metrics.of();
        RollingMetrics.Span span = metrics.span();
        Dead dead = metrics.figures().dead();
        line.put("series", of.name());
        line.put("variant", of.variant());
        line.put("view", of.view());
        line.put("generation", of.generation());
        line.put("stream", of.stream());
        line.put("kind", of.kind());
        line.put("latents", of.latents());
        line.put("split", span.split());
        line.put("tokens", span.toTokens());
        line.put("from_tokens", span.fromTokens());
        line.put("last", span.last());
        line.put("at_millis", metrics.atMillis());
        line.put("rows", metrics.rest().rows());
        line.put("dead_fraction", dead.deadFraction());
        if (dead.deadFractionLong() != null) {
            line.put("dead_fraction_long", dead.deadFractionLong());
        }
        line.put("all", all(metrics.all()));
        line.put("losses", metrics.figures().losses());
        return Json.write(line);
    }

    private static Map<String, Object> all(Values values) {
        Map<String, Object> all = new TreeMap<>(values.metrics());
        all.put("rows", values.rows());
        return all;
    }

    @Override
    public void close() throws IOException {
        scratch.close();
    }
}
