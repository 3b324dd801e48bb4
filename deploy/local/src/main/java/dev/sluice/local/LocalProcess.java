package dev.sluice.local;

import dev.sluice.broker.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker, the three services and the page of one run: starts them, watches them, stops them in reverse order. */
final class LocalProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalProcess.class);

    private final RunOptions options;
    private final DataFolder folder;
    private final Ports ports;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private volatile boolean stopping;

    private record Part(String name, Runnable stop) {}

    LocalProcess(RunOptions options, DataFolder folder, Ports ports) {
        this.options = options;
        this.folder = folder;
        this.ports = ports;
    }

    void start() {
        EmbeddedBroker broker = EmbeddedBroker.start(folder.kafka(), ports.kafka());
        add("broker", broker::close);
        LOG.info("started with {}", options);
    }

    private synchronized void add(String name, Runnable stop) {
        parts.push(new Part(name, stop));
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
