package dev.sluice.producer.publish;

import dev.sluice.producer.block.Block;
import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.block.StoppedException;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamProgress.Place;
import dev.sluice.producer.contract.StreamProgress.Run;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.TopicSetup;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One run of the producer: choose the streams, go to where they are, compute on this thread, send on another. */
final class ProducerRun {
    private final ProducerSettings settings;
    private final KafkaConnection kafka;
    private final OpenSource source;
    private final ProducerMetrics metrics;
    private final Runnable tick;
    private final Runnable checkStopped;

    /**
     * @param tick called often by the computing thread; throws {@link StoppedException} to stop
     * @param checkStopped the same for the sending thread, whose waiting for Kafka is no fault of this process
     */
    ProducerRun(
            ProducerSettings settings,
            KafkaConnection kafka,
            OpenSource source,
            ProducerMetrics metrics,
            Runnable tick,
            Runnable checkStopped) {
        this.settings = settings;
        this.kafka = kafka;
        this.source = source;
        this.metrics = metrics;
        this.tick = tick;
        this.checkStopped = checkStopped;
    }

    /**
     * Returns when every stream is complete in the log.
     *
     * @param known is told the streams as soon as they exist in the log
     * @throws PublishException if blocks that are still to be computed do not fit the memory; nothing is published then
     */
    void run(Consumer<List<StreamSpec>> known) {
        TopicSetup.ensure(kafka, Topic.shared(settings.partitions()), tick);
        ProgressLog log = new ProgressLog(kafka);
        StreamChoice choice = new StreamChoice(source, settings.dtype(), log::glance);
        if (!choice.areComplete()) {
            source.requireFits(MixingMemory.ofThisProcess());
        }
        List<StreamPublisher> publishers = new ArrayList<>();
        try (BlockFeed feed = new BlockFeed(source)) {
            List<StreamSpec> specs = choice.choose(feed::first);
            open(specs, log, publishers);
            metrics.opened(publishers.stream()
                    .filter(publisher -> !publisher.complete())
                    .count());
            known.accept(specs);
            Map<String, Place> places = new TreeMap<>();
            publishers.stream()
                    .filter(publisher -> !publisher.complete())
                    .forEach(publisher -> places.put(publisher.spec().hook(), publisher.place()));
            if (!places.isEmpty()) {
                feed.begin(places);
                compute(feed, publishers);
            }
        } finally {
            publishers.forEach(StreamPublisher::close);
        }
    }

    /** Fences every predecessor before any progress is read: an open transaction would hide what lies behind it. */
    private void open(List<StreamSpec> specs, ProgressLog log, List<StreamPublisher> publishers) {
        TelemetrySource telemetry = new TelemetrySource(Clock.systemUTC(), source.device(), source.corpusBytes());
        for (StreamSpec spec : specs) {
            TopicSetup.ensure(kafka, Topic.ofStream(spec.id()), tick);
            KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    kafka.recordProducer(StreamPublisher.transactionalId(spec)),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
            StreamPublisher publisher = new StreamPublisher(
                    spec, producer, metrics, telemetry, settings.recordsPerTransaction(), checkStopped);
            publishers.add(publisher);
            publisher.fence();
        }
        Set<String> ids = specs.stream().map(StreamSpec::id).collect(Collectors.toSet());
        Map<String, StreamProgress> committed = log.readAll(ids);
        publishers.forEach(
                publisher -> publisher.resume(committed.get(publisher.spec().id())));
        if (!publishers.stream().allMatch(StreamPublisher::announced)) {
            Run run = new Run(specs.stream().map(StreamSpec::id).toList(), source.expectedRows());
            publishers.forEach(publisher -> publisher.announce(run));
        }
    }

    private void compute(BlockFeed feed, List<StreamPublisher> publishers) {
        try (Sender sender = new Sender(publishers)) {
            sender.start();
            boolean last = false;
            while (!last) {
                Block block = feed.next();
                last = block.windows().last();
                sender.give(block, tick);
            }
            sender.awaitEnd(tick);
        }
    }
}
