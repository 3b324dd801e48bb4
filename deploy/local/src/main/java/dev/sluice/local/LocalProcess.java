package dev.sluice.local;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.evaluator.EvaluatorService;
import dev.sluice.evaluator.EvaluatorSettings;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.publish.ProducerService;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.Service;
import dev.sluice.producer.service.WebServer;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.control.TrainerService;
import dev.sluice.trainer.control.TrainerSettings;
import dev.sluice.trainer.control.VariantConflictException;
import dev.sluice.trainer.control.VariantPublisher;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.DefaultExports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker, the three services and the page of one run: starts them, watches them, stops them in reverse order. */
final class LocalProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalProcess.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration PAGE_STOP_LIMIT = Duration.ofMillis(500);

    /** Of the topics keyed by variant. */
    private static final int PARTITIONS = 8;

    /** A model's forward pass and a cohort's batch alternate; neither starves the other. */
    private static final double PRODUCER_WEIGHT = 1;

    private final RunOptions options;
    private final String command;
    private final DataFolder folder;
    private final Ports ports;
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Health health = new Health(System::nanoTime);
    private final Deque<Part> parts = new ArrayDeque<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private volatile boolean stopping;

    private record Part(String name, Runnable stop) {}

    /** @param command that gives this run again, for the report */
    LocalProcess(RunOptions options, String command, DataFolder folder, Ports ports) {
        this.options = options;
        this.command = command;
        this.folder = folder;
        this.ports = ports;
    }

    /**
     * Returns when everything is started and the variants are asked for.
     *
     * @return the ids of the run's streams, in the order of its hooks
     * @throws WrongInput if a file that the user named cannot be used
     */
    List<String> start() throws InterruptedException {
        RunPlan plan = RunPlan.of(options, folder.sampleModel());
        DefaultExports.register(registry);
        // Each of these takes seconds, most of them waiting for class loading or disks: at the same time, then.
        CompletableFuture<EmbeddedBroker> broker =
                concurrently("broker", () -> EmbeddedBroker.start(folder.kafka(), ports.kafka()));
        CompletableFuture<Torch> engine = concurrently("engine", Torch::start);
        CompletableFuture<ExpectedRows> rows = concurrently("rows", plan::expectedRows);
        KafkaConnection kafka = new KafkaConnection(ports.broker());
        Vertx vertx = Vertx.vertx();
        add("vertx", () -> join(vertx.close()));
        Torch torch = result(engine);
        ComputeThread compute = torch.startComputeThread();
        EvaluatorService evaluator = evaluator(kafka, torch, compute, vertx);
        startPage(vertx, evaluator);
        add("broker", result(broker)::close);
        add("compute thread", compute::close);

        ProducerService producer = new ProducerService(
                plan.producer(), kafka, torch, compute.lane("producer", PRODUCER_WEIGHT), registry, health);
        start(producer);
        start(trainer(kafka, torch, compute));
        start(evaluator);
        List<StreamSpec> streams = result(producer.streams().toCompletableFuture());
        publish(plan.variants(streams, result(rows)), kafka);
        return streams.stream().map(StreamSpec::id).toList();
    }

    /** The only trainer of its cluster: with a name, so that after a kill it gets its variants back at once. */
    private TrainerService trainer(KafkaConnection kafka, Torch torch, ComputeThread compute) {
        return new TrainerService(new TrainerSettings(
                kafka,
                PARTITIONS,
                folder.checkpoints(),
                TrainerSettings.GROUP,
                "one-process",
                torch,
                compute,
                registry,
                health));
    }

    private EvaluatorService evaluator(KafkaConnection kafka, Torch torch, ComputeThread compute, Vertx vertx) {
        return new EvaluatorService(new EvaluatorSettings(
                kafka,
                PARTITIONS,
                folder.checkpoints(),
                torch,
                compute,
                vertx,
                registry,
                health,
                EvaluatorSettings.APPLICATION_ID,
                EvaluatorSettings.WINDOW_TOKENS,
                EvaluatorSettings.HELDOUT_ROWS,
                command));
    }

    /** The page is up long before there is anything to see. */
    private void startPage(Vertx vertx, EvaluatorService evaluator) {
        WebServer server = new WebServer(vertx, registry, health, WebServer.LOOPBACK, ports.http())
                .mount("/*", evaluator.router());
        server.start();
        add("page", () -> server.stop(PAGE_STOP_LIMIT));
    }

    private void publish(List<VariantSpec> variants, KafkaConnection kafka) {
        try {
            new VariantPublisher(kafka, PARTITIONS).publish(VariantNames.distinct(variants, kafka));
        } catch (VariantConflictException e) {
            throw new WrongInput(e.getMessage() + "; or another --data-dir", e);
        }
    }

    private void start(Service service) {
        service.failure().thenAccept(cause -> {
            LOG.error("the {} failed", service.name(), cause);
            failure.complete(cause);
        });
        add(service.name(), () -> service.stop(STOP_LIMIT));
        service.start();
    }

    private static <T> CompletableFuture<T> concurrently(String name, Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(work.get());
                    } catch (Throwable e) { // whoever waits for it throws it
                        result.completeExceptionally(e);
                    }
                },
                "start-" + name);
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static void join(Future<?> closed) {
        closed.toCompletionStage().toCompletableFuture().join();
    }

    private static <T> T result(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        }
    }

    /** Stops the part at once if the process has been told to stop meanwhile. */
    private synchronized void add(String name, Runnable stop) {
        parts.push(new Part(name, stop));
        if (stopping) {
            close();
            throw new LocalException("stopped while starting");
        }
    }

    boolean isStopping() {
        return stopping;
    }

    /** Waits so long for a service to fail. */
    Optional<Throwable> awaitFailure(Duration within) throws InterruptedException {
        try {
            return Optional.of(failure.get(within.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    /** Idempotent; a second caller waits for the first. */
    @Override
    public void close() {
        stopping = true;
        synchronized (this) {
            while (!parts.isEmpty()) {
                Part part = parts.pop();
                try {
                    part.stop().run();
                } catch (RuntimeException e) {
                    LOG.warn("{} did not stop cleanly", part.name(), e);
                }
            }
        }
    }
}
