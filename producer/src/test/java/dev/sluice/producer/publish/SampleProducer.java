package dev.sluice.producer.publish;

import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a producer inside the test's JVM. */
final class SampleProducer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(6);

    private final Torch torch = Torch.start();
    private final ComputeThread compute = torch.startComputeThread();

    /** Runs to the end and gives the streams; fails as the service fails. */
    List<StreamSpec> run(KafkaConnection kafka, ProducerSettings settings) {
        return run(kafka, settings, new CollectorRegistry());
    }

    List<StreamSpec> run(KafkaConnection kafka, ProducerSettings settings, CollectorRegistry registry) {
        ProducerService service = service(kafka, settings, registry);
        service.start();
        CompletableFuture<Void> end = service.published().toCompletableFuture();
        service.failure().thenAccept(end::completeExceptionally);
        try {
            end.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return service.streams().toCompletableFuture().join();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException exception ? exception : new IllegalStateException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException("the producer must end within " + LIMIT, e);
        } finally {
            service.stop(Duration.ofMinutes(1));
        }
    }

    ProducerService service(KafkaConnection kafka, ProducerSettings settings, CollectorRegistry registry) {
        return new ProducerService(
                settings, kafka, torch, compute.lane("producer", 1), registry, new Health(System::nanoTime));
    }

    @Override
    public void close() {
        compute.close();
        torch.close();
    }
}
