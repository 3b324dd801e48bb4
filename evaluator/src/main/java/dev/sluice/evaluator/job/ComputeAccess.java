package dev.sluice.evaluator.job;

import dev.sluice.producer.engine.Lane;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/** Runs work on the compute thread, one task after another, and waits for it. */
final class ComputeAccess {
    private final Lane lane;

    ComputeAccess(Lane lane) {
        this.lane = lane;
    }

    /** @throws JobException with what the work threw as its cause */
    <T> T await(Callable<T> work) throws InterruptedException {
        try {
            return lane.submit(work).get();
        } catch (ExecutionException e) {
            throw new JobException(e.getCause() == null ? e : e.getCause());
        }
    }

    void run(Runnable work) throws InterruptedException {
        boolean unused = await(() -> {
            work.run();
            return true;
        });
    }
}
