package dev.sluice.producer.engine;

import static java.util.Comparator.comparingDouble;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that calls torch: runs tasks of several lanes by weighted fair queueing. Each lane has a virtual time,
 * seconds consumed over weight; the lane furthest behind is served next (ties: the lane made first).
 */
public final class ComputeThread implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<Lane> lanes = new ArrayList<>();
    private final LongSupplier nanos;
    private final Thread thread;
    private double virtualNow;
    private boolean closed;

    private ComputeThread(Runnable prologue, LongSupplier nanos) {
        this.nanos = nanos;
        thread = new Thread(() -> serve(prologue), "sluice-compute");
        thread.setDaemon(true);
    }

    /** Starts the thread, which first runs {@code prologue}; if that fails, the thread closes. */
    public static ComputeThread start(Runnable prologue) {
        return start(prologue, System::nanoTime);
    }

    /** @param nanos the clock by which tasks are charged to their lanes */
    static ComputeThread start(Runnable prologue, LongSupplier nanos) {
        ComputeThread compute = new ComputeThread(prologue, nanos);
        compute.thread.start();
        return compute;
    }

    /** A new lane; names need not differ. */
    public synchronized Lane lane(String name, double weight) {
        requireWeight(name, weight);
        Lane lane = new Lane(this, name, weight);
        lanes.add(lane);
        return lane;
    }

    static void requireWeight(String lane, double weight) {
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("the weight of lane " + lane + " must be positive, got " + weight);
        }
    }

    /** Forgets an idle lane; tasks still queued in it are failed. */
    public void remove(Lane lane) {
        List<Lane.Task<?>> dropped;
        synchronized (this) {
            lanes.remove(lane);
            dropped = drain(lane);
        }
        dropped.forEach(task -> fail(task, "lane " + lane.name() + " was removed"));
    }

    /** True on the compute thread itself. */
    public boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    void enqueue(Lane lane, Lane.Task<?> task) {
        boolean accepted;
        synchronized (this) {
            accepted = !closed && lanes.contains(lane);
            if (accepted) {
                lane.add(task, virtualNow);
                notifyAll();
            }
        }
        if (!accepted) {
            fail(task, "the compute thread takes no more tasks of lane " + lane.name() + ": it is closed");
        }
    }

    /** Looks again whether a task is ready. */
    synchronized void wake() {
        notifyAll();
    }

    private void serve(Runnable prologue) {
        try {
            prologue.run();
            for (Next next = next(); next != null; next = next()) {
                long start = nanos.getAsLong();
                next.task.run();
                charge(next.lane, (nanos.getAsLong() - start) / NANOS_PER_SECOND);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private record Next(Lane lane, Lane.Task<?> task) {}

    /** Waits for a task; null once closed. */
    private synchronized @Nullable Next next() throws InterruptedException {
        while (!closed) {
            Optional<Lane> behind = lanes.stream().filter(Lane::isReady).min(comparingDouble(Lane::virtualSeconds));
            if (behind.isPresent()) {
                Lane lane = behind.get();
                Lane.Task<?> task = lane.take(virtualNow);
                virtualNow = Math.max(virtualNow, lane.virtualSeconds());
                return new Next(lane, task);
            }
            wait();
        }
        return null;
    }

    private synchronized void charge(Lane lane, double seconds) {
        lane.charge(seconds);
    }

    private static List<Lane.Task<?>> drain(Lane lane) {
        List<Lane.Task<?>> tasks = new ArrayList<>();
        while (!lane.isIdle()) {
            tasks.add(lane.take(0));
        }
        return tasks;
    }

    private static void fail(Lane.Task<?> task, String reason) {
        task.result.completeExceptionally(new IllegalStateException(reason));
    }

    /** Lets the running task end, fails the queued ones, waits for the thread unless called on it. */
    @Override
    public void close() {
        List<Lane.Task<?>> dropped = new ArrayList<>();
        synchronized (this) {
            closed = true;
            lanes.forEach(lane -> dropped.addAll(drain(lane)));
            notifyAll();
        }
        dropped.forEach(task -> fail(task, "the compute thread was closed before the task ran"));
        awaitEnd();
    }

    private void awaitEnd() {
        if (isCurrentThread()) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
