package dev.sluice.trainer.training;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.trainer.checkpoint.FencedException;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.contract.WantedVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The variants that this process owns: lets each be what is wanted of it. On one thread. */
final class Roster {
    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

    /** A batch and a checkpoint are shorter than this on any disk that works. */
    private static final Duration LEAVE_LIMIT = Duration.ofMinutes(1);

    private final Workbench workbench;
    private final Takeover takeover;
    private final Map<String, StreamProgress> progress;
    private final Map<String, VariantRun> runs = new TreeMap<>();
    private final Map<String, StreamCohorts> cohorts = new TreeMap<>();

    /** @param progress of the streams by id, as it grows */
    Roster(Workbench workbench, Takeover takeover, Map<String, StreamProgress> progress) {
        this.workbench = workbench;
        this.takeover = takeover;
        this.progress = progress;
    }

    /** @param changes by id; empty for a variant that is deleted */
    void apply(Map<String, Optional<WantedVariant>> changes) throws InterruptedException {
        List<WantedVariant> fresh = new ArrayList<>();
        Set<String> gone = new TreeSet<>();
        for (Map.Entry<String, Optional<WantedVariant>> change : new TreeMap<>(changes).entrySet()) {
            VariantRun run = runs.get(change.getKey());
            WantedVariant wanted = change.getValue().orElse(null);
            if (run == null && wanted == null) {
                gone.add(change.getKey());
            } else if (run == null) {
                fresh.add(wanted);
            } else if (wanted == null) {
                delete(run);
            } else if (!run.isDropped()) {
                change(run, wanted);
            }
        }
        takeover.take(fresh).forEach(this::put);
        takeover.deleteLeftOvers(gone);
    }

    private void put(VariantRun run) {
        runs.put(run.id(), run);
        workbench.outputs().statuses().put(run);
    }

    private void change(VariantRun run, WantedVariant wanted) throws InterruptedException {
        if (!run.spec().equals(wanted.spec())) {
            LOG.warn("another spec for variant {} is ignored: a spec does not change under its id", run.id());
        } else if (wanted.generation() > run.generation()) {
            replay(run, wanted);
        } else if (wanted.generation() < run.generation()) {
            LOG.warn("generation {} of variant {} is over", wanted.generation(), run.id());
        } else if (wanted.paused()) {
            pause(run);
        } else if (run.state().phase().isPaused()) {
            CheckpointManifest committed = run.checkpoints().committed();
            put(takeover.again(
                    run,
                    wanted,
                    committed == null ? run.manifest() : committed,
                    run.state().to(VariantState.of(VariantPhase.WAITING))));
        }
    }

    private void pause(VariantRun run) throws InterruptedException {
        if (!run.isAlive() || run.state().phase().isPaused()) {
            return;
        }
        leave(List.of(run), true);
        if (run.isAlive()) {
            run.become(VariantState.of(VariantPhase.PAUSED));
            workbench.outputs().statuses().publish(run);
        }
    }

    private void replay(VariantRun run, WantedVariant wanted) throws InterruptedException {
        leave(List.of(run), false);
        put(takeover.again(
                run,
                wanted,
                null,
                wanted.paused() ? VariantState.of(VariantPhase.PAUSED) : VariantState.of(VariantPhase.WAITING)));
    }

    private void delete(VariantRun run) throws InterruptedException {
        boolean isOurs = !run.isDropped();
        run.drop();
        leave(List.of(run), false);
        await(workbench.outputs().statuses().remove(run, false));
        try {
            if (isOurs) {
                takeover.delete(run.id(), run.owner());
            }
        } catch (FencedException e) {
            LOG.warn("{}: deletes it", e.getMessage());
        }
        forget(run);
    }

    /** Starts those that wait for a stream that is there now. */
    void startReady() {
        Map<String, List<VariantRun>> ready = runs.values().stream()
                .filter(VariantRun::isReady)
                .filter(run -> progress.containsKey(run.spec().stream()))
                .collect(Collectors.groupingBy(run -> run.spec().stream(), TreeMap::new, Collectors.toList()));
        ready.forEach((stream, some) -> cohorts.computeIfAbsent(
                        stream, any -> new StreamCohorts(workbench, () -> newest(stream)))
                .start(some));
    }

    private StreamProgress newest(String stream) {
        StreamProgress newest = progress.get(stream);
        if (newest == null) {
            throw new IllegalStateException("the progress of stream " + stream + " is unknown");
        }
        return newest;
    }

    /** Stops these at the end of a batch and leaves their checkpoints to the next owner. */
    void handOver(Predicate<String> ids) throws InterruptedException {
        List<VariantRun> going = those(ids);
        leave(going, true);
        for (VariantRun run : going) {
            if (run.isAlive() && !run.state().phase().isPaused()) {
                run.become(VariantState.of(VariantPhase.HANDING_OVER));
            }
            await(workbench.outputs().statuses().remove(run, true));
            forget(run);
        }
    }

    /** Others own these already: stops them without writing anything more. */
    void drop(Predicate<String> ids) throws InterruptedException {
        List<VariantRun> going = those(ids);
        going.forEach(VariantRun::drop);
        leave(going, false);
        for (VariantRun run : going) {
            await(workbench.outputs().statuses().remove(run, false));
            forget(run);
        }
    }

    private List<VariantRun> those(Predicate<String> ids) {
        return runs.values().stream().filter(run -> ids.test(run.id())).toList();
    }

    private void forget(VariantRun run) {
        // At once, or a variant that is taken again meanwhile would be forgotten; what comes too late is dropped there.
        workbench.metrics().variants().forget(run.id());
        run.owner().close();
        runs.remove(run.id());
    }

    private void leave(Collection<VariantRun> going, boolean keep) throws InterruptedException {
        List<CompletableFuture<@Nullable Void>> left =
                going.stream().map(run -> run.leave(keep)).toList();
        await(CompletableFuture.allOf(left.toArray(CompletableFuture[]::new)));
        for (VariantRun run : going) {
            if (!run.hasLeft()) {
                LOG.warn("{} has not stopped in time: dropped", run.id());
                run.drop();
            }
            workbench.release(run);
        }
    }

    private static void await(CompletableFuture<?> done) throws InterruptedException {
        try {
            done.get(LEAVE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("not done in time", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a variant could not be left", e.getCause());
        }
    }
}
