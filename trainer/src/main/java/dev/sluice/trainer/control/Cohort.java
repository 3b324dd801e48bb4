package dev.sluice.trainer.control;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.service.Health;
import dev.sluice.trainer.stream.ActivationReader;
import dev.sluice.trainer.stream.BatchAssembler;
import dev.sluice.trainer.stream.DecodedRows;
import dev.sluice.trainer.stream.DirectBuffers;
import dev.sluice.trainer.stream.RowBatch;
import dev.sluice.trainer.stream.StreamException;
import dev.sluice.trainer.stream.StreamPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Variants of one stream that train together: one reader, one decode and one copy of each batch for all of them. Runs
 * on a thread of its own, which only waits and hands out; the computing is the compute thread's.
 */
final class Cohort implements Runnable {
    private static final Duration WAIT = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofMinutes(2);

    /** Batches handed out and not yet published: enough that the compute thread never waits for a decode. */
    private static final int BATCHES_AHEAD = 3;

    private final Workbench workbench;
    private final List<VariantRun> runs;
    private final Supplier<StreamProgress> progress;
    private final DirectBuffers pool = new DirectBuffers();
    private final Semaphore ahead = new Semaphore(BATCHES_AHEAD);
    private final Map<Alignment, BatchAssembler> assemblers = new TreeMap<>();
    private final Map<Alignment, List<CohortMember>> members = new TreeMap<>();
    private volatile boolean stopping;

    /** Variants with the same batch size whose batches begin at the same rows share their batches. */
    private record Alignment(int batchTokens, long offset) implements Comparable<Alignment> {
        @Override
        public int compareTo(Alignment other) {
            return Comparator.comparingInt(Alignment::batchTokens)
                    .thenComparingLong(Alignment::offset)
                    .compare(this, other);
        }
    }

    /**
     * @param runs of one stream, waiting
     * @param progress the newest of the stream
     */
    Cohort(Workbench workbench, List<VariantRun> runs, Supplier<StreamProgress> progress) {
        this.workbench = workbench;
        this.runs = List.copyOf(runs);
        this.progress = progress;
    }

    /** Ends at the next batch boundary. */
    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        try (Health.Loop loop = workbench
                .settings()
                .health()
                .loop("trainer " + progress.get().spec().id(), SILENCE)) {
            List<CohortMember> restored = new CohortStart(workbench, progress.get(), loop).restore(runs);
            try {
                restored.forEach(this::admit);
                train(restored, loop);
            } finally {
                close(restored);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            workbench.fatal().accept(e);
        }
    }

    private void admit(CohortMember member) {
        long token = member.start().tokens();
        Alignment alignment = new Alignment(member.batchTokens(), token % member.batchTokens());
        members.computeIfAbsent(alignment, key -> new ArrayList<>()).add(member);
        member.begin();
    }

    private void train(List<CohortMember> all, Health.Loop loop) throws InterruptedException {
        if (all.isEmpty()) {
            return;
        }
        members.forEach((alignment, sharing) -> assemblers.put(
                alignment,
                new BatchAssembler(alignment.batchTokens(), earliest(sharing).tokens(), pool)));
        int passes = all.stream().mapToInt(CohortMember::epochs).max().orElse(1);
        try (ActivationReader reader = new ActivationReader(
                workbench.settings().kafka(), progress, earliest(all), passes, pool, workbench.metrics())) {
            reader.start();
            while (!stopping && all.stream().anyMatch(CohortMember::isTraining)) {
                loop.tick();
                advance(reader.poll(WAIT));
                all.forEach(member -> member.finishIfDone(progress.get()));
            }
        } catch (StreamException e) {
            failAll(all, e);
        }
        ahead.acquire(BATCHES_AHEAD);
    }

    private static StreamPosition earliest(List<CohortMember> some) {
        return some.stream()
                .map(CohortMember::start)
                .min(Comparator.comparingLong(StreamPosition::tokens))
                .orElse(StreamPosition.START);
    }

    private void advance(@Nullable DecodedRows rows) throws InterruptedException {
        if (rows != null) {
            assemblers.values().forEach(assembler -> assembler.accept(rows));
            rows.release();
        }
        for (Map.Entry<Alignment, BatchAssembler> entry : assemblers.entrySet()) {
            StreamProgress now = progress.get();
            RowBatch batch = entry.getValue().poll(now.complete());
            while (batch != null && !stopping) {
                handOut(batch, members.getOrDefault(entry.getKey(), List.of()), now);
                batch = entry.getValue().poll(now.complete());
            }
        }
    }

    private void handOut(RowBatch batch, List<CohortMember> sharing, StreamProgress now) throws InterruptedException {
        List<CohortMember> takers =
                sharing.stream().filter(member -> member.wants(batch)).toList();
        if (takers.isEmpty()) {
            batch.release();
            return;
        }
        ahead.acquire();
        DeviceBatch shared = new DeviceBatch(batch, workbench.settings().torch().manager(), takers.size());
        CompletableFuture<?>[] published =
                takers.stream().map(member -> member.submit(batch, shared, now)).toArray(CompletableFuture<?>[]::new);
        var unused = CompletableFuture.allOf(published).whenComplete((done, problem) -> ahead.release());
    }

    private void failAll(List<CohortMember> all, StreamException problem) {
        for (CohortMember member : all) {
            if (member.isTraining()) {
                if (problem instanceof StreamException.Gap gap) {
                    workbench.metrics().variants().violated(member.run().id(), gap);
                }
                member.fail(String.valueOf(problem.getMessage()));
            }
        }
        workbench.metrics().rejected(problem);
    }

    private void close(List<CohortMember> all) {
        assemblers.values().forEach(BatchAssembler::close);
        all.forEach(CohortMember::handOver);
        all.forEach(CohortMember::close);
    }
}
