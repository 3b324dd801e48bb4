package dev.sluice.evaluator.job;

import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.topic.BadRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Membership in the group on {@code sluice.checkpoints}: owning a partition is doing the jobs of its variants. Polled on
 * a thread that does nothing else, so that the group keeps this process however long a job takes.
 */
final class JobTopics implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JobTopics.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SHORT_POLL = Duration.ofMillis(10);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration CATCH_UP = Duration.ofMinutes(1);

    /** The shortest that brokers allow by default: so long nobody does the jobs of a process that was killed. */
    private static final int SESSION_MILLIS = 6000;

    private static final TopicPartition PROGRESS = new TopicPartition(Topic.PROGRESS, 0);

    private final JobBoard board;
    private final ResultLog log;
    private final JobRecords records;
    private final JobListener listener;
    private final Health.Loop loop;
    private final Consumer<byte[], byte[]> member;

    /** Reads, without the group, what else is said of the variants of the partitions that the group gave. */
    private final Consumer<byte[], byte[]> reader;

    private final Set<Integer> fresh = new HashSet<>();
    private final List<Barrier> barriers = new ArrayList<>();
    private final ConcurrentLinkedQueue<CompletableFuture<@Nullable Void>> requests = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    JobTopics(JobSettings settings, JobBoard board, ResultLog log, JobListener listener, Health.Loop loop) {
        this.board = board;
        this.log = log;
        this.records = new JobRecords(board, BadRecords.of(settings.kafka(), () -> listener.rejected("format")));
        this.listener = listener;
        this.loop = loop;
        Map<String, Object> alone = settings.kafka().consumer();
        Map<String, Object> grouped = new HashMap<>(alone);
        grouped.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
        grouped.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
        grouped.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_MILLIS / 6);
        grouped.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        this.member = new KafkaConsumer<>(grouped, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.reader = new KafkaConsumer<>(alone, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Leaves the group, so that nobody waits for this session to end. */
    void stop() {
        stopping = true;
    }

    /** Completes when everything that is in the topics at the call is known, or fails when that takes too long. */
    CompletableFuture<@Nullable Void> caughtUp() {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        requests.add(done);
        return done.orTimeout(CATCH_UP.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void run() {
        try (loop;
                reader) {
            serve();
        } catch (InterruptException | WakeupException e) {
            LOG.debug("the thread of the jobs' topics ends", e);
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            listener.failed(e);
        }
    }

    private void serve() {
        reader.assign(List.of(PROGRESS));
        reader.seekToBeginning(List.of(PROGRESS));
        member.subscribe(List.of(Topic.CHECKPOINTS), new Ownership());
        try {
            while (!stopping) {
                loop.tick();
                poll();
            }
        } finally {
            // Gives the partitions back while the reader is still open.
            member.close(CloseOptions.timeout(CLOSE_LIMIT)
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }
    }

    private void poll() {
        try {
            member.poll(POLL).forEach(records::learn);
            reader.poll(SHORT_POLL).forEach(records::learn);
            raiseBarriers();
            passBarriers();
            log.deleteLeftOvers();
        } catch (RetriableException e) {
            LOG.warn("the jobs' topics cannot be read now: {}", e.getMessage());
        }
    }

    private void raiseBarriers() {
        if (!fresh.isEmpty()) {
            Set<TopicPartition> mine = topicPartitions(fresh, Topic.CHECKPOINTS);
            Set<TopicPartition> others = topicPartitions(fresh, Topic.VARIANTS, Topic.RESULTS);
            others.add(PROGRESS);
            barriers.add(new Barrier(ends(mine, others), fresh, new CompletableFuture<>()));
            fresh.clear();
        }
        while (!requests.isEmpty()) {
            Map<TopicPartition, Long> ends = ends(member.assignment(), reader.assignment());
            barriers.add(new Barrier(ends, Set.of(), requests.remove()));
        }
    }

    private Map<TopicPartition, Long> ends(Set<TopicPartition> mine, Set<TopicPartition> others) {
        Map<TopicPartition, Long> ends = new HashMap<>(member.endOffsets(mine, ANSWER));
        ends.putAll(reader.endOffsets(others, ANSWER));
        return ends;
    }

    private void passBarriers() {
        for (Iterator<Barrier> each = barriers.iterator(); each.hasNext(); ) {
            Barrier barrier = each.next();
            if (barrier.isPassed(this::position)) {
                board.settle(barrier.partitions());
                barrier.complete();
                each.remove();
            }
        }
    }

    private long position(TopicPartition of) {
        return (of.topic().equals(Topic.CHECKPOINTS) ? member : reader).position(of, ANSWER);
    }

    private static Set<TopicPartition> topicPartitions(Set<Integer> numbers, String... topics) {
        return Stream.of(topics)
                .flatMap(topic -> numbers.stream().map(number -> new TopicPartition(topic, number)))
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** What the group gives and takes, heard within a poll. */
    private final class Ownership implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Set<Integer> more = numbers(partitions);
            LOG.info("does the jobs of {} more partitions", more.size());
            board.own(more);
            member.seekToBeginning(partitions);
            Set<TopicPartition> beside = topicPartitions(more, Topic.VARIANTS, Topic.RESULTS);
            Set<TopicPartition> all = new HashSet<>(reader.assignment());
            all.addAll(beside);
            reader.assign(all);
            reader.seekToBeginning(beside);
            fresh.addAll(more);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            Set<Integer> gone = numbers(partitions);
            log.giveAway(gone);
            Set<TopicPartition> beside = topicPartitions(gone, Topic.VARIANTS, Topic.RESULTS);
            Set<TopicPartition> all = new HashSet<>(reader.assignment());
            all.removeAll(beside);
            reader.assign(all);
            fresh.removeAll(gone);
            beside.addAll(partitions);
            barriers.forEach(barrier -> barrier.drop(beside, gone));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            LOG.warn("lost the jobs of {} partitions", partitions.size());
            onPartitionsRevoked(partitions);
        }

        private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        }
    }
}
