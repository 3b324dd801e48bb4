package dev.sluice.trainer.control;

import ai.djl.engine.Engine;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.Service;
import dev.sluice.producer.service.TopicSetup;
import dev.sluice.trainer.checkpoint.CheckpointCommitter;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.checkpoint.VariantOwner;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.stream.CompactedTopic;
import dev.sluice.trainer.stream.LogRetention;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains every variant of {@code sluice.variants}: takes it, restores it, lets it learn, checkpoints it. */
public final class TrainerService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofMinutes(2);

    /** Variants that appear together shall train together: a cohort starts when none has appeared for so long. */
    private static final Duration SETTLE = Duration.ofMillis(300);

    private final TrainerSettings settings;
    private final Function<VariantSpec, Kind> kinds;
    private final Map<String, StreamProgress> progress = new ConcurrentHashMap<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final ExecutorService publishing =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "sluice-publish"));
    private final List<VariantOwner> owners = new ArrayList<>();
    private final Map<Cohort, Thread> cohorts = new LinkedHashMap<>();
    private @Nullable Workbench workbench;
    private @Nullable Thread control;
    private volatile boolean stopping;

    public TrainerService(TrainerSettings settings) {
        this(settings, Kind::of);
    }

    TrainerService(TrainerSettings settings, Function<VariantSpec, Kind> kinds) {
        this.settings = settings;
        this.kinds = kinds;
    }

    @Override
    public String name() {
        return "trainer";
    }

    @Override
    public void start() {
        Health.Part part = settings.health().part(name());
        TopicSetup.ensure(settings.kafka(), Topic.shared(settings.partitions()));
        TrainerMetrics metrics = new TrainerMetrics(settings.metrics());
        MeasurementLog measurements = new MeasurementLog(settings.kafka());
        LogRetention retention = new LogRetention(settings.kafka(), InstantSource.system());
        StatusDesk statuses = new StatusDesk(progress, metrics, new RetentionWatch(retention, metrics.variants()));
        Workbench made = new Workbench(
                settings,
                kinds,
                metrics,
                measurements,
                publishing,
                new CheckpointDesk(measurements, metrics),
                statuses,
                this::fail);
        workbench = made;
        statuses.start();
        control = new Thread(() -> control(made), "sluice-trainer");
        control.start();
        part.started();
    }

    private void fail(Throwable problem) {
        if (!stopping) {
            failure.complete(problem);
        }
    }

    private void control(Workbench bench) {
        CheckpointStore store = new CheckpointStore(settings.checkpoints());
        List<VariantSpec> appeared = new ArrayList<>();
        List<VariantRun> waiting = new ArrayList<>();
        long lastAppeared = System.nanoTime();
        try (ControlTopics topics = new ControlTopics(settings.kafka(), progress);
                Health.Loop loop = settings.health().loop(name(), SILENCE)) {
            while (!stopping) {
                loop.tick();
                List<VariantSpec> more = topics.poll(POLL);
                if (!more.isEmpty()) {
                    appeared.addAll(more);
                    lastAppeared = System.nanoTime();
                }
                if (System.nanoTime() - lastAppeared > SETTLE.toNanos()) {
                    waiting.addAll(take(bench, store, appeared));
                    appeared.clear();
                    startCohorts(bench, waiting);
                }
            }
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            fail(e);
        }
    }

    /** Fences the variants' last owners, all before anything is read, and finds out where these got to. */
    private List<VariantRun> take(Workbench bench, CheckpointStore store, List<VariantSpec> appeared) {
        if (appeared.isEmpty()) {
            return List.of();
        }
        Map<String, VariantOwner> taken = new TreeMap<>();
        for (VariantSpec spec : appeared) {
            VariantOwner owner = VariantOwner.take(settings.kafka(), spec.id());
            owners.add(owner);
            taken.put(spec.id(), owner);
        }
        Map<String, byte[]> manifests = CompactedTopic.read(settings.kafka(), Topic.CHECKPOINTS, taken.keySet());
        Map<String, byte[]> statuses = CompactedTopic.read(settings.kafka(), Topic.STATUS, taken.keySet());
        List<VariantRun> runs = new ArrayList<>();
        appeared.stream().sorted(Comparator.comparing(VariantSpec::id)).forEach(spec -> {
            VariantOwner owner = taken.get(spec.id());
            if (owner != null) {
                runs.add(run(spec, owner, store, manifests.get(spec.id()), statuses.get(spec.id())));
            }
        });
        runs.forEach(bench.statuses()::add);
        LOG.info("took {} variants", runs.size());
        return runs;
    }

    private VariantRun run(
            VariantSpec spec,
            VariantOwner owner,
            CheckpointStore store,
            byte @Nullable [] manifest,
            byte @Nullable [] status) {
        try {
            store.deleteTemporaries(spec.id());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean the checkpoint folder of " + spec.id(), e);
        }
        VariantStatus last = status == null ? null : Json.read(status, VariantStatus.class);
        VariantState state = last != null && last.state().equals("failed")
                ? new VariantState.Failed(String.valueOf(last.reason()))
                : new VariantState.Waiting();
        VariantRun run = new VariantRun(
                spec,
                owner,
                settings.compute().lane(spec.id(), 1),
                new CheckpointCommitter(store, owner, provenance()),
                manifest == null ? null : Json.read(manifest, CheckpointManifest.class),
                state);
        if (last != null) {
            run.sized(last.latents(), last.parameters());
        }
        return run;
    }

    private Map<String, String> provenance() {
        return Map.of(
                "sluice", String.valueOf(Json.VERSION),
                "jdk", System.getProperty("java.vm.version", "unknown"),
                "architecture", System.getProperty("os.arch", "unknown"),
                "engine", "PyTorch " + Engine.getEngine("PyTorch").getVersion(),
                "device", settings.torch().device().getDeviceType(),
                "threads", Integer.toString(settings.torch().threads()));
    }

    /** Starts a cohort for the waiting variants of every stream that has appeared. */
    private void startCohorts(Workbench bench, List<VariantRun> waiting) {
        Map<String, List<VariantRun>> ready = new TreeMap<>();
        for (VariantRun run : waiting) {
            if (run.isAlive() && progress.containsKey(run.spec().stream())) {
                ready.computeIfAbsent(run.spec().stream(), stream -> new ArrayList<>())
                        .add(run);
            }
        }
        ready.forEach((stream, runs) -> {
            Cohort cohort = new Cohort(bench, runs, () -> newest(stream));
            Thread thread = new Thread(cohort, "sluice-cohort-" + stream);
            synchronized (cohorts) {
                cohorts.put(cohort, thread);
            }
            thread.start();
            waiting.removeAll(runs);
        });
    }

    private StreamProgress newest(String stream) {
        StreamProgress newest = progress.get(stream);
        if (newest == null) {
            throw new IllegalStateException("the progress of stream " + stream + " is unknown");
        }
        return newest;
    }

    @Override
    public void stop(Duration within) {
        stopping = true;
        Workbench bench = workbench;
        if (bench == null) {
            return;
        }
        workbench = null;
        long deadline = System.nanoTime() + within.toNanos();
        try {
            bench.checkpoints().hurry();
            join(control, deadline);
            synchronized (cohorts) {
                cohorts.keySet().forEach(Cohort::stop);
            }
            for (Thread cohort : cohorts.values()) {
                join(cohort, deadline);
            }
            publishing.shutdown();
            boolean unused = publishing.awaitTermination(remaining(deadline).toMillis(), TimeUnit.MILLISECONDS);
            bench.checkpoints().close(remaining(deadline));
            bench.statuses().close(remaining(deadline));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        bench.measurements().close();
        owners.forEach(VariantOwner::close);
    }

    private static void join(@Nullable Thread thread, long deadline) throws InterruptedException {
        if (thread != null) {
            thread.join(remaining(deadline).toMillis());
            if (thread.isAlive()) {
                LOG.warn("{} has not stopped in time", thread.getName());
                thread.interrupt();
            }
        }
    }

    private static Duration remaining(long deadline) {
        return Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), deadline - System.nanoTime()));
    }

    @Override
    public CompletionStage<Throwable> failure() {
        return failure;
    }
}
