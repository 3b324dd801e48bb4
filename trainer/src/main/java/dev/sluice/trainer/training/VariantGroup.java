package dev.sluice.trainer.training;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.topic.BadRecords;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.TopicEntry;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.contract.WantedVariant;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Membership in the trainers' group on {@code sluice.variants}: owning a partition is owning its variants. Polled on a
 * thread that does nothing else, so that the group keeps this process however long a batch or a checkpoint takes.
 */
final class VariantGroup {
    private static final Logger LOG = LoggerFactory.getLogger(VariantGroup.class);

    /** The shortest that brokers allow by default: so long nobody trains the variants of a process that was killed. */
    private static final Duration SESSION = Duration.ofSeconds(6);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final TrainerSettings settings;
    private final Listener listener;
    private final Lease lease;
    private final BadRecords bad;
    private final Thread thread = new Thread(this::run, "sluice-group");
    private volatile boolean closed;

    /** Is told, on the group's thread, what becomes of this process's variants. */
    interface Listener {
        /** @param wanted null if the variant is deleted */
        void wanted(String id, @Nullable WantedVariant wanted);

        /** Others shall have these; the future completes when they may. */
        CompletableFuture<@Nullable Void> revoked(Set<Integer> partitions);

        /** Others may have these already. */
        CompletableFuture<@Nullable Void> lost(Set<Integer> partitions);

        void failed(Throwable cause);
    }

    /** @param lease is renewed while this process is a member */
    VariantGroup(TrainerSettings settings, Lease lease, Listener listener) {
        this.settings = settings;
        this.lease = lease;
        this.listener = listener;
        this.bad = BadRecords.of(settings.kafka());
    }

    /** A lease that ends with a session. */
    static Lease lease() {
        return new Lease(SESSION, System::nanoTime);
    }

    void start() {
        thread.start();
    }

    /** Hands over everything and leaves the group, so that nobody waits for this session to end. */
    Thread close() {
        closed = true;
        return thread;
    }

    private void run() {
        try {
            Consumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(properties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            try {
                subscribe(consumer);
                while (!closed) {
                    poll(consumer);
                }
            } finally {
                consumer.close(CloseOptions.timeout(CLOSE_LIMIT)
                        .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
            }
        } catch (InterruptException | WakeupException e) {
            LOG.debug("the group's thread ends", e);
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            listener.failed(e);
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(settings.kafka().consumer());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.member().group());
        if (settings.member().instance() != null) {
            properties.put(
                    ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.member().instance());
        }
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION.toMillis()));
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.toIntExact(SESSION.toMillis() / 6));
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return properties;
    }

    private void subscribe(Consumer<byte[], byte[]> consumer) {
        consumer.subscribe(List.of(Topic.VARIANTS), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                LOG.info("owns the variants of {} more partitions", partitions.size());
                consumer.seekToBeginning(partitions);
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                await(listener.revoked(numbers(partitions)));
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                LOG.warn("lost the variants of {} partitions", partitions.size());
                await(listener.lost(numbers(partitions)));
            }
        });
    }

    private void poll(Consumer<byte[], byte[]> consumer) {
        if (!lease.isHeld()) {
            LOG.warn("this process was frozen for longer than its session: it joins its group anew");
            await(listener.lost(numbers(consumer.assignment())));
            consumer.unsubscribe();
            subscribe(consumer);
        }
        lease.renew();
        consumer.poll(POLL).forEach(this::accept);
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        try {
            TopicEntry<WantedVariant> entry = VariantTopics.VARIANTS.entry(record);
            int partition = CompactedTopic.partitionOf(entry.key(), settings.partitions());
            if (partition != record.partition()) {
                throw new ContractException(
                        "variant " + entry.key() + " must be in partition " + partition + ", where its owner looks");
            }
            listener.wanted(entry.key(), entry.value());
        } catch (ContractException e) {
            bad.setAside(record, String.valueOf(e.getMessage()));
        }
    }

    /** Waits as a member in good standing: the consumer goes on with its heartbeats. */
    private void await(CompletableFuture<@Nullable Void> done) {
        while (!done.isDone()) {
            try {
                lease.renew();
                done.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                LOG.trace("still handing over");
            } catch (ExecutionException e) {
                listener.failed(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }
}
