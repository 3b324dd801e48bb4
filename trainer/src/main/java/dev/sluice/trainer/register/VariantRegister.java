package dev.sluice.trainer.register;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.contract.WantedVariant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wanted, as {@code sluice.variants} says: the one way to change it. A partition's writers, of this process and
 * of others, take turns by its fence: the last to take it sees what all before it have written, and nobody else can
 * commit until it has. Holds no state.
 */
public final class VariantRegister {
    private static final Logger LOG = LoggerFactory.getLogger(VariantRegister.class);
    private static final String PREFIX = "sluice-variants-";

    /** Whoever is fenced takes the fence again; more rivals than this at once are not expected. */
    private static final int TURNS = 8;

    /** Taking the fence has decided whatever was open, so reading to the end waits for nobody. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private static final long LEAST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final KafkaConnection kafka;
    private final int partitions;
    private final Random random = new Random();
    private final Lock writing = new ReentrantLock();

    /**
     * What was there under the ids that were asked for, and what is there now.
     *
     * @param before by id, absent ones left out
     * @param after by id, absent ones left out
     */
    public record Change(Map<String, WantedVariant> before, Map<String, WantedVariant> after) {}

    /** @param partitions of the topic */
    public VariantRegister(KafkaConnection kafka, int partitions) {
        this.kafka = kafka;
        this.partitions = partitions;
    }

    /**
     * Changes variants. Nothing is written, and no fence taken, for a partition whose variants stay as they are.
     *
     * @param ids that the change looks at
     * @param change from those of the ids that are there to those that shall be there; throws to refuse, and is asked
     *     again when somebody else was faster
     * @throws TimeoutException if the cluster does not answer in time, or others hold the fence for ever
     */
    public Change change(Collection<String> ids, UnaryOperator<Map<String, WantedVariant>> change) {
        Map<String, WantedVariant> before = glance(ids);
        Map<String, WantedVariant> after = after(ids, before, change);
        Map<Integer, Set<String>> byPartition = new TreeMap<>();
        for (String id : differing(ids, before, after)) {
            byPartition
                    .computeIfAbsent(CompactedTopic.partitionOf(id, partitions), key -> new TreeSet<>())
                    .add(id);
        }
        Map<String, WantedVariant> found = new TreeMap<>(before);
        byPartition.forEach((partition, their) -> {
            Change made = turns(partition, their, change);
            found.keySet().removeAll(their);
            found.putAll(made.before());
            after.keySet().removeAll(their);
            after.putAll(made.after());
        });
        return new Change(found, after);
    }

    /** What is decided now. */
    private Map<String, WantedVariant> glance(Collection<String> ids) {
        return VariantTopics.VARIANTS.newest(kafka, ids).values();
    }

    private static Map<String, WantedVariant> after(
            Collection<String> ids,
            Map<String, WantedVariant> before,
            UnaryOperator<Map<String, WantedVariant>> change) {
        Map<String, WantedVariant> after = new TreeMap<>(change.apply(before));
        after.keySet().retainAll(ids);
        return after;
    }

    private static Set<String> differing(
            Collection<String> ids, Map<String, WantedVariant> before, Map<String, WantedVariant> after) {
        Set<String> differing = new TreeSet<>(ids);
        differing.removeIf(id -> {
            WantedVariant there = before.get(id);
            return there == null ? !after.containsKey(id) : there.equals(after.get(id));
        });
        return differing;
    }

    private Change turns(int partition, Set<String> ids, UnaryOperator<Map<String, WantedVariant>> change) {
        Turn turn = new Turn(partition, ids, change);
        writing.lock(); // rivals of this process need not fence each other
        try {
            return take(turn, partition);
        } finally {
            writing.unlock();
        }
    }

    private Change take(Turn turn, int partition) {
        for (int taken = 1; taken < TURNS; taken++) {
            try {
                return turn.take();
            } catch (ProducerFencedException | InvalidProducerEpochException | TimeoutException lost) {
                LOG.debug("turn {} of partition {} lost, to somebody faster or to time", taken, partition, lost);
                LockSupport.parkNanos(random.nextLong(LEAST_WAIT_NANOS << taken)); // lets the others finish theirs
            }
        }
        return turn.take();
    }

    /** One change of one partition, until a turn of it is committed. */
    private final class Turn {
        private final int partition;
        private final Set<String> ids;
        private final UnaryOperator<Map<String, WantedVariant>> change;
        private @Nullable Change intended;

        Turn(int partition, Set<String> ids, UnaryOperator<Map<String, WantedVariant>> change) {
            this.partition = partition;
            this.ids = ids;
            this.change = change;
        }

        /** Fences the others, reads to the end, asks for the change, commits it. */
        Change take() {
            try (Producer<byte[], byte[]> producer =
                    new KafkaProducer<>(properties(), new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
                Map<String, WantedVariant> before =
                        VariantTopics.VARIANTS.decided(kafka, ids, LIMIT).values();
                if (intended != null && intended.after().equals(before)) {
                    return intended; // an earlier turn was committed after all
                }
                Change made = new Change(before, after(ids, before, change));
                producer.beginTransaction();
                for (String id : differing(ids, before, made.after())) {
                    Future<?> unused = producer.send(record(id, made.after().get(id)));
                }
                commit(producer, made);
                return made;
            }
        }

        private void commit(Producer<byte[], byte[]> producer, Change made) {
            try {
                producer.commitTransaction();
            } catch (TimeoutException e) {
                intended = made; // perhaps it was heard
                throw e;
            }
        }

        @SuppressWarnings("NullAway") // a tombstone is a null value
        private ProducerRecord<byte[], byte[]> record(String id, @Nullable WantedVariant wanted) {
            return new ProducerRecord<>(
                    Topic.VARIANTS,
                    partition,
                    id.getBytes(StandardCharsets.UTF_8),
                    wanted == null ? null : Json.write(wanted));
        }

        /** People wait for the answer: seconds, not minutes. */
        private Map<String, Object> properties() {
            Map<String, Object> properties = new HashMap<>(kafka.transactionalProducer(PREFIX + partition));
            properties.put("max.block.ms", 15_000);
            properties.put("request.timeout.ms", 10_000);
            properties.put("delivery.timeout.ms", 15_000);
            return properties;
        }
    }
}
