package dev.sluice.trainer.training;

import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.metrics.TrainerMetrics;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What all cohorts of a trainer share.
 *
 * @param kinds of dictionaries
 * @param metrics of the process
 * @param outputs what they publish
 * @param lease on the variants; without it nothing is published
 * @param fatal is told of what no variant is to blame for: the process must be started again
 */
record Workbench(
        TrainerSettings settings,
        Function<VariantSpec, Kind> kinds,
        TrainerMetrics metrics,
        Outputs outputs,
        Lease lease,
        Consumer<Throwable> fatal) {
    /**
     * Where what is learned leaves the trainer.
     *
     * @param measurements log of all variants
     * @param publishing one thread: keeps each variant's measurements in order, and before the checkpoint behind them
     * @param checkpoints written on a thread of their own
     * @param statuses published every second and on change
     */
    record Outputs(MeasurementLog measurements, Executor publishing, CheckpointDesk checkpoints, StatusDesk statuses) {}

    /** Nobody trains it any more: gives back its share of the compute thread, and says so. */
    void release(VariantRun run) {
        settings.host().compute().remove(run.lane());
        run.left();
    }
}
