package dev.sluice.trainer.checkpoint;

import dev.sluice.producer.service.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The right to write what a variant's owner writes: a transactional producer whose id is the variant. Taking it fences
 * whoever had it, so what is read after that is final. Safe for several threads.
 */
public final class VariantOwner implements AutoCloseable {
    private static final String PREFIX = "sluice-variant-";
    private static final int COMMIT_ATTEMPTS = 5;

    private final String variant;
    private final Producer<byte[], byte[]> producer;

    private VariantOwner(KafkaConnection kafka, String variant) {
        this.variant = variant;
        this.producer = new KafkaProducer<>(
                kafka.transactionalProducer(PREFIX + variant), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Fences the last owner and aborts what it left open. */
    public static VariantOwner take(KafkaConnection kafka, String variant) {
        VariantOwner owner = new VariantOwner(kafka, variant);
        owner.producer.initTransactions();
        return owner;
    }

    /**
     * Writes one record under the variant's id and returns when it is committed.
     *
     * @throws FencedException if there is another owner
     * @throws KafkaException if it is not known to be committed; a later call may succeed
     */
    public void commit(String topic, byte[] value) {
        write(topic, value);
    }

    /** Writes a tombstone, as {@link #commit} writes a value. */
    public void delete(String topic) {
        write(topic, null);
    }

    @SuppressWarnings("NullAway") // a tombstone is a null value
    private synchronized void write(String topic, byte @Nullable [] value) {
        try {
            producer.beginTransaction();
            Future<?> unused =
                    producer.send(new ProducerRecord<>(topic, variant.getBytes(StandardCharsets.UTF_8), value));
            commitWithPatience();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new FencedException(variant, e);
        } catch (KafkaException e) {
            abort(e);
            throw e;
        }
    }

    /** A commit that timed out may have been applied; only repeating it tells. */
    private void commitWithPatience() {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (attempt == COMMIT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void abort(KafkaException problem) {
        try {
            producer.abortTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new FencedException(variant, e);
        } catch (KafkaException e) {
            problem.addSuppressed(e);
        }
    }

    @Override
    public synchronized void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
