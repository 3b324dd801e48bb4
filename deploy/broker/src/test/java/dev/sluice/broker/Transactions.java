package dev.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;

/** Producers that commit a transaction of one record after another, until they are closed. */
final class Transactions implements AutoCloseable {
    private final int ids;
    private final ExecutorService threads;
    private final List<KafkaProducer<String, String>> producers = new ArrayList<>();
    private final AtomicLong committed = new AtomicLong();
    private volatile boolean closed;

    /** @param ids how many producers */
    Transactions(int ids) {
        this.ids = ids;
        threads = Executors.newFixedThreadPool(ids);
    }

    void start(Map<String, Object> connection, String topic) {
        for (int id = 0; id < ids; id++) {
            KafkaProducer<String, String> producer = producer(connection, id);
            producers.add(producer);
            threads.execute(() -> commit(producer, topic));
        }
    }

    private void commit(KafkaProducer<String, String> producer, String topic) {
        try {
            producer.initTransactions();
            while (!closed) {
                producer.beginTransaction();
                var unused = producer.send(new ProducerRecord<>(topic, "x"));
                producer.commitTransaction();
                committed.incrementAndGet();
            }
        } catch (KafkaException e) {
            closed = true; // the broker is gone
        }
    }

    long committed() {
        return committed.get();
    }

    /** Takes the transactional ids over: what their last owners left open is aborted. */
    static void fence(Map<String, Object> connection, int ids) {
        ExecutorService threads = Executors.newFixedThreadPool(ids);
        try {
            CompletableFuture.allOf(IntStream.range(0, ids)
                            .mapToObj(id -> CompletableFuture.runAsync(() -> takeOver(connection, id), threads))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        } finally {
            threads.shutdown();
        }
    }

    private static void takeOver(Map<String, Object> connection, int id) {
        try (KafkaProducer<String, String> producer = producer(connection, id)) {
            producer.initTransactions();
        }
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> connection, int id) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("transactional.id", "id-" + id);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    @Override
    public void close() {
        closed = true;
        producers.forEach(producer -> producer.close(Duration.ZERO));
        threads.shutdownNow();
    }
}
