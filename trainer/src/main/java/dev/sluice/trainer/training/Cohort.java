package dev.sluice.trainer.training;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.service.Health;
import dev.sluice.trainer.stream.ActivationReader;
import dev.sluice.trainer.stream.DecodedRows;
import dev.sluice.trainer.stream.DirectBuffers;
import dev.sluice.trainer.stream.Passes;
import dev.sluice.trainer.stream.StreamException;
import dev.sluice.trainer.stream.StreamPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

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
    private final StreamCohorts cohorts;
    private final Supplier<StreamProgress> progress;
    private final int number;
    private final DirectBuffers pool = new DirectBuffers();
    private final Semaphore ahead = new Semaphore(BATCHES_AHEAD);
    private final Passes passes;
    private final StreamPosition start;
    private final CohortBatches batches;
    private boolean leading;
    private volatile Place place;

    /**
     * How far a cohort is.
     *
     * @param tokens that its foremost member has consumed
     * @param position of that member's next batch in the stream
     */
    record Place(long tokens, long position) {}

    /** @param number larger than those of the stream's earlier cohorts */
    Cohort(
            Workbench workbench,
            StreamCohorts cohorts,
            List<CohortMember> members,
            Supplier<StreamProgress> progress,
            int number) {
        this.workbench = workbench;
        this.cohorts = cohorts;
        this.progress = progress;
        this.number = number;
        this.passes = new Passes(
                members.stream().mapToInt(CohortMember::epochs).max().orElse(1),
                members.stream().mapToLong(CohortMember::startRow).min().orElse(0));
        this.start = members.stream()
                .map(CohortMember::next)
                .min(Comparator.comparingLong(StreamPosition::tokens))
                .orElse(StreamPosition.START);
        this.batches = new CohortBatches(members, passes, pool);
        this.place = place(members);
    }

    private static Place place(List<CohortMember> members) {
        return new Place(
                members.stream().mapToLong(CohortMember::tokens).max().orElse(0),
                members.stream()
                        .mapToLong(member -> member.next().tokens())
                        .max()
                        .orElse(0));
    }

    Place place() {
        return place;
    }

    /** True if it has learned more, and has been where the other one is. */
    boolean isAheadOf(Cohort other) {
        Place mine = place;
        Place others = other.place;
        boolean moreLearned =
                mine.tokens() > others.tokens() || (mine.tokens() == others.tokens() && number < other.number);
        return moreLearned && mine.position() >= others.position();
    }

    /** Moves all members of this cohort to another one, if their next rows are in its window; whether they were. */
    boolean moveTo(Cohort other) {
        List<CohortMember> moving = batches.members();
        boolean admitted = other.batches.admit(moving);
        if (admitted) {
            batches.disperse();
        }
        return admitted;
    }

    /** Nobody is ahead of it. */
    void lead() {
        if (!leading) {
            leading = true;
            batches.members().forEach(CohortMember::arrive);
        }
    }

    @Override
    public void run() {
        try (Health.Loop loop = workbench
                        .settings()
                        .host()
                        .health()
                        .loop("trainer " + progress.get().spec().id(), SILENCE);
                ActivationReader reader = new ActivationReader(
                        workbench.settings().kafka(), progress, start, passes, pool, workbench.metrics())) {
            train(reader, loop);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            workbench.fatal().accept(e);
        } finally {
            cohorts.ended(this);
            batches.disperse().forEach(CohortMember::end);
        }
    }

    private void train(ActivationReader reader, Health.Loop loop) throws InterruptedException {
        try {
            boolean reading = false;
            while (!batches.closeIfEmpty() && !cohorts.join(this)) {
                loop.tick();
                if (!reading) {
                    reader.start();
                    reading = true;
                }
                advance(reader);
                batches.members().forEach(member -> member.finishIfDone(progress.get()));
                batches.removeEnded().forEach(CohortMember::end);
            }
        } catch (StreamException e) {
            lose(e);
        }
    }

    private void advance(ActivationReader reader) throws InterruptedException {
        DecodedRows rows = reader.poll(WAIT);
        if (rows != null) {
            batches.accept(rows);
        }
        StreamProgress now = progress.get();
        for (Optional<CohortBatches.Serving> serving = batches.next(now.complete());
                serving.isPresent();
                serving = batches.next(now.complete())) {
            handOut(serving.get(), now);
        }
        place = place(batches.members());
    }

    private void handOut(CohortBatches.Serving serving, StreamProgress now) throws InterruptedException {
        ahead.acquire();
        List<CohortMember> takers = serving.takers();
        DeviceBatch shared = new DeviceBatch(
                serving.batch(), workbench.settings().host().torch().manager(), takers.size());
        CompletableFuture<?>[] published = takers.stream()
                .map(member -> member.submit(serving.batch(), shared, now))
                .toArray(CompletableFuture<?>[]::new);
        var unused = CompletableFuture.allOf(published).whenComplete((done, problem) -> ahead.release());
    }

    /** The variants that need the rows in question fail; those that are behind them go on. */
    private void lose(StreamException problem) {
        List<CohortMember> others = new ArrayList<>();
        for (CohortMember member : batches.disperse()) {
            boolean spared = problem instanceof StreamException.RowsLost lost
                    && member.nextRow(progress.get()) >= lost.firstKept();
            if (member.isTraining() && spared) {
                others.add(member);
            } else {
                fail(member, problem);
                member.end();
            }
        }
        workbench.metrics().rejected(problem);
        cohorts.seat(others);
    }

    private void fail(CohortMember member, StreamException problem) {
        if (member.isTraining()) {
            if (problem instanceof StreamException.Gap gap) {
                workbench.metrics().variants().violated(member.run().id(), gap);
            }
            member.fail(String.valueOf(problem.getMessage()));
        }
    }
}
