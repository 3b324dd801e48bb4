package dev.sluice.producer.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A queue of tasks for the compute thread that get a share of its time in proportion to a weight. */
public final class Lane {
    private static final CompletableFuture<?> OPEN = CompletableFuture.completedFuture(null);

    private final ComputeThread thread;
    private final String name;
    private final Deque<Task<?>> tasks = new ArrayDeque<>();

    /** Seconds consumed over weight, on the clock of all lanes: the lane that is furthest behind is next. */
    private double virtualSeconds;

    private double busySeconds;

    /** The thread has passed it over at a gate. */
    private boolean held;

    private double weight;

    /** A callable and the future of its result. */
    static final class Task<T> {
        private final CompletableFuture<?> gate;
        private final Callable<T> work;
        final CompletableFuture<T> result = new CompletableFuture<>();

        Task(CompletableFuture<?> gate, Callable<T> work) {
            this.gate = gate;
            this.work = work;
        }

        void run() {
            try {
                result.complete(work.call());
            } catch (Throwable e) { // an Error too belongs to the future
                result.completeExceptionally(e);
            }
        }
    }

    Lane(ComputeThread thread, String name, double weight) {
        this.thread = thread;
        this.name = name;
        this.weight = weight;
    }

    public String name() {
        return name;
    }

    /**
     * Queues {@code work} behind the lane's other tasks. Keep it no longer than one batch. Its exception goes to the
     * future; if the compute thread closes first, that is an {@link IllegalStateException}. Do not wait for the future
     * on the compute thread itself.
     */
    public <T> CompletableFuture<T> submit(Callable<T> work) {
        return enqueue(OPEN, work);
    }

    /**
     * Like {@link #submit}, but this task and those behind it wait until {@code gate} has completed, however it does;
     * the other lanes go on.
     */
    public <T> CompletableFuture<T> submitAfter(CompletableFuture<?> gate, Callable<T> work) {
        CompletableFuture<T> result = enqueue(gate, work);
        // Also if it is complete by now: the thread may have seen that it was not.
        var unused = gate.whenComplete((done, problem) -> thread.wake());
        return result;
    }

    private <T> CompletableFuture<T> enqueue(CompletableFuture<?> gate, Callable<T> work) {
        Task<T> task = new Task<>(gate, work);
        thread.enqueue(this, task);
        return task.result;
    }

    /** Changes the lane's share of the time that is still to come. */
    public void weight(double next) {
        ComputeThread.requireWeight(name, next);
        synchronized (thread) {
            weight = next;
        }
    }

    /** Time the lane's finished tasks have taken, ever. */
    public double busySeconds() {
        synchronized (thread) {
            return busySeconds;
        }
    }

    // The rest is called by the compute thread only, under its lock.

    boolean isIdle() {
        return tasks.isEmpty();
    }

    boolean isReady() {
        Task<?> first = tasks.peek();
        boolean ready = first != null && first.gate.isDone();
        held |= first != null && !ready;
        return ready;
    }

    /** @param now the virtual time of the lanes at work: an idle lane returns there, without credit for its absence */
    void add(Task<?> task, double now) {
        if (tasks.isEmpty()) {
            virtualSeconds = Math.max(virtualSeconds, now);
        }
        tasks.add(task);
    }

    /** @param now as in {@link #add}: a lane that was held at a gate has no credit for that time either */
    Task<?> take(double now) {
        if (held) {
            virtualSeconds = Math.max(virtualSeconds, now);
            held = false;
        }
        return tasks.remove();
    }

    double virtualSeconds() {
        return virtualSeconds;
    }

    void charge(double seconds) {
        busySeconds += seconds;
        virtualSeconds += seconds / weight;
    }
}
