package dev.sluice.trainer.training;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.Service;
import dev.sluice.producer.service.TopicSetup;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.metrics.TrainerMetrics;
import dev.sluice.trainer.stream.LogRetention;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
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

/** Trains every variant of {@code sluice.variants} that its group gives to this process. */
public final class TrainerService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);

    private final TrainerSettings settings;
    private final Function<VariantSpec, Kind> kinds;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final ExecutorService publishing =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "sluice-publish"));
    private @Nullable Running running;
    private volatile boolean stopping;

    /** What has been started. */
    private record Running(Workbench bench, VariantGroup group, VariantControl control, Thread controlling) {}

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
        Health.Part part = settings.host().health().part(name());
        TopicSetup.ensure(settings.kafka(), Topic.shared(settings.partitions()));
        Map<String, StreamProgress> progress = new ConcurrentHashMap<>();
        Lease lease = VariantGroup.lease();
        Workbench bench = bench(progress, lease);
        Takeover takeover = new Takeover(settings, new CheckpointStore(settings.checkpoints()));
        VariantControl control =
                new VariantControl(settings, progress, new Roster(bench, takeover, progress), this::fail);
        VariantGroup group = new VariantGroup(settings, lease, control);
        Thread controlling = new Thread(control, "sluice-trainer");
        running = new Running(bench, group, control, controlling);
        bench.outputs().statuses().start();
        controlling.start();
        group.start();
        part.started();
    }

    private Workbench bench(Map<String, StreamProgress> progress, Lease lease) {
        TrainerMetrics metrics = new TrainerMetrics(settings.host().metrics());
        MeasurementLog measurements = new MeasurementLog(settings.kafka());
        LogRetention retention = new LogRetention(settings.kafka(), InstantSource.system());
        Workbench.Outputs outputs = new Workbench.Outputs(
                measurements,
                publishing,
                new CheckpointDesk(measurements, metrics),
                new StatusDesk(progress, metrics, new RetentionWatch(retention, metrics.variants())));
        return new Workbench(settings, kinds, metrics, outputs, lease, this::fail);
    }

    private void fail(Throwable problem) {
        if (!stopping) {
            failure.complete(problem);
        }
    }

    /** Hands over every variant, then leaves the group. */
    @Override
    public void stop(Duration within) {
        stopping = true;
        Running parts = running;
        if (parts == null) {
            return;
        }
        running = null;
        Workbench.Outputs outputs = parts.bench().outputs();
        long deadline = System.nanoTime() + within.toNanos();
        try {
            outputs.checkpoints().hurry();
            join(parts.group().close(), deadline);
            parts.control().stop();
            join(parts.controlling(), deadline);
            publishing.shutdown();
            boolean unused = publishing.awaitTermination(remaining(deadline).toMillis(), TimeUnit.MILLISECONDS);
            outputs.checkpoints().close(remaining(deadline));
            outputs.statuses().close(remaining(deadline));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        outputs.measurements().close();
    }

    private static void join(Thread thread, long deadline) throws InterruptedException {
        thread.join(remaining(deadline).toMillis());
        if (thread.isAlive()) {
            LOG.warn("{} has not stopped in time", thread.getName());
            thread.interrupt();
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
