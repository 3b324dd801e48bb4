package dev.sluice.trainer.control;

import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Kind;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What all cohorts of a trainer share.
 *
 * @param kinds of dictionaries
 * @param measurements log of all variants
 * @param publishing one thread: keeps each variant's measurements in order, and before the checkpoint behind them
 * @param checkpoints written on a thread of their own
 * @param statuses published every second and on change
 * @param fatal is told of what no variant is to blame for: the process must be started again
 */
record Workbench(
        TrainerSettings settings,
        Function<VariantSpec, Kind> kinds,
        TrainerMetrics metrics,
        MeasurementLog measurements,
        Executor publishing,
        CheckpointDesk checkpoints,
        StatusDesk statuses,
        Consumer<Throwable> fatal) {}
