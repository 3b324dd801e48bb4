package dev.sluice.trainer.training;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.ProgressTopic;
import dev.sluice.producer.topic.TopicReader;
import dev.sluice.trainer.contract.WantedVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Does on one thread, one after another, what the group and the topics ask of this process's variants. */
final class VariantControl implements Runnable, VariantGroup.Listener {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofMinutes(2);

    /** Variants that appear together shall train together: nothing is done until no change has come for so long. */
    private static final Duration SETTLE = Duration.ofMillis(300);

    private final TrainerSettings settings;
    private final Map<String, StreamProgress> progress;
    private final Roster roster;
    private final Consumer<Throwable> fatal;
    private final Map<String, Optional<WantedVariant>> changes = new TreeMap<>();
    private List<Task> inbox = new ArrayList<>();
    private boolean ended;
    private long changedAt;
    private volatile boolean stopping;

    /** Something to do with the roster, and who waits for it. */
    private record Task(Work work, CompletableFuture<@Nullable Void> done) {}

    private interface Work {
        void run() throws InterruptedException;
    }

    /** @param progress of the streams by id, which this keeps up to date */
    VariantControl(
            TrainerSettings settings, Map<String, StreamProgress> progress, Roster roster, Consumer<Throwable> fatal) {
        this.settings = settings;
        this.progress = progress;
        this.roster = roster;
        this.fatal = fatal;
    }

    /** Hands over what is still owned, and ends. */
    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        try (TopicReader topics = TopicReader.of(settings.kafka());
                Health.Loop loop = settings.host().health().loop("trainer", SILENCE)) {
            topics.add(ProgressTopic.TOPIC, this::learn);
            while (!stopping) {
                loop.tick();
                topics.poll(POLL);
                work();
                if (!changes.isEmpty() && System.nanoTime() - changedAt > SETTLE.toNanos()) {
                    roster.apply(Map.copyOf(changes));
                    changes.clear();
                }
                roster.startReady();
            }
            roster.handOver(id -> true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            fatal.accept(e);
        } finally {
            end();
        }
    }

    private void learn(String stream, @Nullable StreamProgress newest) {
        if (newest != null) {
            progress.put(stream, newest);
        }
    }

    private void work() throws InterruptedException {
        for (Task task : take()) {
            task.work().run();
            task.done().complete(null);
        }
    }

    private synchronized List<Task> take() {
        List<Task> taken = inbox;
        inbox = new ArrayList<>();
        return taken;
    }

    /** Whoever still waits need not any more. */
    private synchronized void end() {
        ended = true;
        take().forEach(task -> task.done().complete(null));
    }

    private synchronized CompletableFuture<@Nullable Void> post(Work work) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        if (ended) {
            done.complete(null);
        } else {
            inbox.add(new Task(work, done));
        }
        return done;
    }

    @Override
    public void wanted(String id, @Nullable WantedVariant wanted) {
        var unused = post(() -> {
            changes.put(id, Optional.ofNullable(wanted));
            changedAt = System.nanoTime();
        });
    }

    private Predicate<String> in(Set<Integer> partitions) {
        return id -> partitions.contains(CompactedTopic.partitionOf(id, settings.partitions()));
    }

    @Override
    public CompletableFuture<@Nullable Void> revoked(Set<Integer> partitions) {
        return post(() -> {
            Predicate<String> gone = in(partitions);
            changes.keySet().removeIf(gone);
            roster.handOver(gone);
        });
    }

    @Override
    public CompletableFuture<@Nullable Void> lost(Set<Integer> partitions) {
        return post(() -> {
            Predicate<String> gone = in(partitions);
            changes.keySet().removeIf(gone);
            roster.drop(gone);
        });
    }

    @Override
    public void failed(Throwable cause) {
        fatal.accept(cause);
    }
}
