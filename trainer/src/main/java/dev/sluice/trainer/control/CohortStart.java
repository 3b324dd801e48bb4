package dev.sluice.trainer.control;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.service.Health;
import dev.sluice.trainer.checkpoint.CheckpointCommitter.Restored;
import dev.sluice.trainer.checkpoint.CheckpointException;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.dictionary.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes or restores the learners of a cohort; a variant that cannot be trained fails, the others go on. */
final class CohortStart {
    private static final Logger LOG = LoggerFactory.getLogger(CohortStart.class);

    private final Workbench workbench;
    private final StreamProgress progress;
    private final Health.Loop loop;

    CohortStart(Workbench workbench, StreamProgress progress, Health.Loop loop) {
        this.workbench = workbench;
        this.progress = progress;
        this.loop = loop;
    }

    private record Ready(VariantRun run, VariantTraining training) {}

    List<CohortMember> restore(List<VariantRun> runs) throws InterruptedException {
        List<Ready> ready = new ArrayList<>();
        for (VariantRun run : runs) {
            loop.tick();
            if (run.isAlive()) {
                tryRestore(run, ready);
            }
        }
        long front = ready.stream()
                .mapToLong(one -> one.training().header().tokens())
                .max()
                .orElse(0);
        return ready.stream()
                .map(one -> new CohortMember(workbench, one.run(), one.training(), front))
                .toList();
    }

    private void tryRestore(VariantRun run, List<Ready> ready) throws InterruptedException {
        try {
            Optional<Restored> restored = restored(run);
            if (restored.isPresent() && restored.get().manifest().last()) {
                end(run, new VariantState.Finished());
                return;
            }
            VariantTraining training =
                    run.lane().submit(() -> training(run, restored)).get();
            if (training != null) {
                run.moved(training.header());
                run.sized(training.latents(), training.parameters());
                ready.add(new Ready(run, training));
            }
        } catch (CheckpointException | IllegalArgumentException e) {
            end(run, new VariantState.Failed(String.valueOf(e.getMessage())));
        } catch (ExecutionException e) {
            throw new IllegalStateException("variant " + run.id() + " could not be prepared", e.getCause());
        }
    }

    private void end(VariantRun run, VariantState state) {
        run.become(state);
        workbench.statuses().publish(run);
        workbench.settings().compute().remove(run.lane());
    }

    private Optional<Restored> restored(VariantRun run) {
        CheckpointManifest manifest = run.manifest();
        if (manifest == null) {
            return Optional.empty();
        }
        Optional<Restored> restored = run.checkpoints()
                .restore(manifest, run.spec(), progress.spec().digest(), rejected -> {
                    workbench.metrics().checkpointRejected();
                    LOG.warn("{}: {}; going back", run.id(), rejected.getMessage());
                });
        restored.ifPresent(found -> requirePlace(found.state().header()));
        return restored;
    }

    /** A place in a later pass only exists in a complete stream of the length that the checkpoint has seen. */
    private void requirePlace(CheckpointHeader header) {
        long passes = header.tokens() - header.row();
        long rows = progress.complete() ? progress.rows() : 0;
        if (passes != rows * header.epoch()) {
            throw new IllegalArgumentException(
                    "checkpoint of " + header.spec().id() + " at row " + header.row() + " of pass "
                            + header.epoch() + " after " + header.tokens() + " tokens does not fit a stream of " + rows
                            + " rows");
        }
    }

    /** Null if the variant cannot be trained; it has failed then. */
    private @Nullable VariantTraining training(VariantRun run, Optional<Restored> restored) {
        try {
            StreamSpec stream = progress.spec();
            Kind kind = workbench.kinds().apply(run.spec());
            List<String> violations = kind.violations(run.spec(), stream.width());
            if (!violations.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", violations));
            }
            NDManager manager = workbench.settings().torch().manager();
            return restored.isPresent()
                    ? VariantTraining.restore(kind, restored.get().state(), stream, manager)
                    : VariantTraining.create(kind, run.spec(), stream, manager);
        } catch (RuntimeException e) {
            end(run, new VariantState.Failed(e.getMessage() == null ? e.toString() : e.getMessage()));
            return null;
        }
    }
}
