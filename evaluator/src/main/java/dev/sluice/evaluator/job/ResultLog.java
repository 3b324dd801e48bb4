package dev.sluice.evaluator.job;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Measurement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what jobs found. A partition is given away only between two publications, so its next owner reads every result
 * that this process wrote. Safe for several threads.
 */
final class ResultLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResultLog.class);

    private final JobBoard board;
    private final ResultFiles files;
    private final Producer<String, byte[]> producer;

    ResultLog(KafkaConnection kafka, JobBoard board, ResultFiles files) {
        this.board = board;
        this.files = files;
        this.producer = new KafkaProducer<>(kafka.producer(), new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Returns when the measurements and then the result are in the log: a result stands for everything before it.
     *
     * @return false if nothing was written, since the checkpoint does not count any more
     * @throws KafkaException if that is not known
     */
    synchronized boolean publish(CheckpointManifest checkpoint, JobResult result, List<Measurement> measurements)
            throws InterruptedException {
        Optional<Integer> partition = board.partitionOf(checkpoint.spec().id());
        if (partition.isEmpty() || !board.wants(checkpoint)) {
            return false;
        }
        List<Future<?>> sent = new ArrayList<>();
        for (Measurement measurement : measurements) {
            sent.add(producer.send(
                    new ProducerRecord<>(Topic.MEASUREMENTS, measurement.variant(), Json.write(measurement))));
        }
        await(sent);
        String key = result.key().text();
        await(List.of(producer.send(new ProducerRecord<>(Topic.RESULTS, partition.get(), key, Json.write(result)))));
        board.put(partition.get(), key, result);
        return true;
    }

    private static void await(List<Future<?>> sent) throws InterruptedException {
        for (Future<?> record : sent) {
            try {
                record.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
            }
        }
    }

    /** Others shall have these partitions. */
    synchronized void giveAway(Set<Integer> partitions) {
        board.disown(partitions);
    }

    /** Deletes what is left of variants that are gone. A file that stays keeps its result, for the next owner. */
    void deleteLeftOvers() {
        for (JobBoard.LeftOver each : board.takeLeftOvers()) {
            if (deleteFile(each)) {
                bury(each);
            }
        }
    }

    private void bury(JobBoard.LeftOver each) {
        Future<?> unused = producer.send(tombstone(each), (written, problem) -> {
            if (problem != null) {
                LOG.warn("the result {} of a deleted variant is still there", each.key(), problem);
            }
        });
    }

    @SuppressWarnings("NullAway") // a tombstone is a null value
    private static ProducerRecord<String, byte[]> tombstone(JobBoard.LeftOver of) {
        return new ProducerRecord<>(Topic.RESULTS, of.partition(), of.key(), null);
    }

    /** False if the file is still there. */
    private boolean deleteFile(JobBoard.LeftOver each) {
        String file = each.file();
        if (file != null) {
            try {
                files.delete(file);
            } catch (IOException e) {
                LOG.warn("the file of result {} is still there", each.key(), e);
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        producer.close();
    }
}
