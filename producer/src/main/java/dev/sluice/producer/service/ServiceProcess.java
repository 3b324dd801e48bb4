package dev.sluice.producer.service;

import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.DefaultExports;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the services of one process share: metrics, health, the HTTP server, torch and its one compute thread. Starts
 * them, watches them, stops them in reverse order. The same for a service of its own and for all of them together.
 */
public final class ServiceProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
    private static final Duration SERVER_STOP_LIMIT = Duration.ofMillis(500);

    private final Duration grace;
    private final CollectorRegistry metrics = new CollectorRegistry();
    private final BuildInfo build = new BuildInfo(metrics);
    private final KafkaClientMetrics clients = new KafkaClientMetrics().register(metrics);
    private final Health health = new Health(System::nanoTime);
    private final Health.Part start = health.part("start");
    private final Deque<Part> parts = new ArrayDeque<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Vertx vertx = Vertx.vertx();
    private @Nullable Torch torch;
    private @Nullable ComputeThread compute;
    private volatile boolean stopping;
    private volatile long deadline;

    private record Part(String name, Runnable stop) {}

    /** @param grace that its services have to stop, all together */
    public ServiceProcess(Duration grace) {
        this.grace = grace;
        DefaultExports.register(metrics);
        add(
                "vertx",
                () -> vertx.close().toCompletionStage().toCompletableFuture().join());
    }

    public CollectorRegistry metrics() {
        return metrics;
    }

    /** Of the process's Kafka clients. */
    public KafkaClientMetrics clients() {
        return clients;
    }

    public Health health() {
        return health;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** Starts the engine and its compute thread; before {@link #torch} and {@link #compute}. */
    public void startTorch() {
        Torch started = Torch.start();
        ComputeThread thread = started.startComputeThread();
        torch = started;
        compute = thread;
        add("compute thread", thread::close);
    }

    public Torch torch() {
        return Objects.requireNonNull(torch, "startTorch comes first");
    }

    public ComputeThread compute() {
        return Objects.requireNonNull(compute, "startTorch comes first");
    }

    /**
     * Starts the HTTP server: probes and {@code /metrics}, long before there is anything to see, and the routes of a
     * service.
     *
     * @param routes mounted at {@code /*}, if any
     */
    public void serve(ServiceConfiguration configuration, Optional<Router> routes) {
        WebServer server = new WebServer(vertx, metrics, health, configuration.host(), configuration.port());
        routes.ifPresent(router -> server.mount("/*", router));
        int port = server.start();
        LOG.info("listening on http://{}:{}", configuration.host(), port);
        add("http server", () -> server.stop(SERVER_STOP_LIMIT));
    }

    /** Returns when the cluster answers; until then the process lives and is not ready. */
    public void awaitKafka(KafkaConnection kafka) throws InterruptedException {
        new ClusterWait(kafka, start::waits).await();
    }

    public void start(Service service) {
        service.failure().thenAccept(cause -> {
            LOG.error("the {} failed", service.name(), cause);
            failure.complete(cause);
        });
        build.runs(service.name());
        add(service.name(), () -> service.stop(remaining()));
        service.start();
    }

    /** Everything that belongs to this process is started. */
    public void started() {
        start.started();
    }

    /** Adds what is to be stopped before all that is there; stops it at once if the process is stopping. */
    public synchronized void add(String name, Runnable stop) {
        parts.push(new Part(name, stop));
        if (stopping) {
            close();
            throw new IllegalStateException("stopped while starting");
        }
    }

    public boolean isStopping() {
        return stopping;
    }

    /** Waits so long for a service to fail. */
    public Optional<Throwable> awaitFailure(Duration within) throws InterruptedException {
        try {
            return Optional.of(failure.get(within.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    private Duration remaining() {
        return Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), deadline - System.nanoTime()));
    }

    /** Idempotent; a second caller waits for the first. */
    @Override
    public void close() {
        if (!stopping) {
            deadline = System.nanoTime() + grace.toNanos();
            stopping = true;
        }
        start.ready(false);
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
