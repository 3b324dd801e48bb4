package dev.sluice.producer.publish;

import dev.sluice.producer.block.StoppedException;
import dev.sluice.producer.engine.Lane;
import java.util.concurrent.Callable;

/** Runs tasks on the compute thread and waits for each. */
final class ComputeLane {
    private final Lane lane;
    private final Runnable tick;

    /** @param tick called about every second while waiting; throws {@link StoppedException} to give up */
    ComputeLane(Lane lane, Runnable tick) {
        this.lane = lane;
        this.tick = tick;
    }

    /** The task's result, or its exception. */
    <T> T call(Callable<T> task) {
        return Waiting.on(lane.submit(task), tick);
    }

    /** Leaves a task behind that needs nobody to wait for it. */
    void callAtEnd(Runnable task) {
        var unused = lane.submit(() -> {
            task.run();
            return lane;
        });
    }
}
