package dev.sluice.trainer.training;

import dev.sluice.producer.contract.StreamProgress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The cohorts of one stream, each on a thread of its own: usually one in front, and others that catch up with it, on
 * readers of their own, until they join it. Thread-safe.
 */
final class StreamCohorts {
    private final Workbench workbench;
    private final Supplier<StreamProgress> progress;
    private final List<Cohort> running = new ArrayList<>();
    private int begun;

    /** @param progress the newest of the stream */
    StreamCohorts(Workbench workbench, Supplier<StreamProgress> progress) {
        this.workbench = workbench;
        this.progress = progress;
    }

    /** Restores these and lets them train. */
    void start(List<VariantRun> runs) {
        runs.forEach(VariantRun::begin);
        start(new CohortStart(workbench, this, runs, progress), "sluice-start-");
    }

    private void start(Runnable task, String name) {
        Thread thread = new Thread(task, name + progress.get().spec().id());
        thread.setDaemon(true);
        thread.start();
    }

    /** Lets restored variants train: together where they are near to each other. */
    synchronized void seat(List<CohortMember> members) {
        Map<Long, List<CohortMember>> byStart = members.stream()
                .collect(Collectors.groupingBy(CohortMember::startRow, TreeMap::new, Collectors.toList()));
        byStart.values().forEach(this::seatNear);
    }

    /** A kill takes no more from a variant than what lies between its checkpoints: nobody waits longer for another. */
    private void seatNear(List<CohortMember> members) {
        long near = members.stream()
                .mapToLong(member -> member.run().spec().training().checkpointTokens())
                .max()
                .orElse(0);
        List<CohortMember> left = new ArrayList<>(members);
        left.sort(
                Comparator.comparingLong((CohortMember member) -> member.next().tokens())
                        .reversed());
        while (!left.isEmpty()) {
            long foremost = left.get(0).next().tokens();
            List<CohortMember> together = left.stream()
                    .filter(member -> foremost - member.next().tokens() <= near)
                    .toList();
            left.removeAll(together);
            begin(together);
        }
    }

    private void begin(List<CohortMember> members) {
        Cohort cohort = new Cohort(workbench, this, members, progress, begun++);
        boolean behind = front(cohort).isPresent();
        members.forEach(member -> member.begin(behind));
        running.add(cohort);
        start(cohort, "sluice-cohort-");
    }

    private Optional<Cohort> front(Cohort of) {
        return running.stream()
                .filter(other -> other != of && other.isAheadOf(of))
                .max(Comparator.comparingLong(other -> other.place().position()));
    }

    /** Moves the members of a cohort to the one in front, if they have caught up with it; whether they have. */
    synchronized boolean join(Cohort late) {
        Optional<Cohort> front = front(late);
        if (front.isEmpty()) {
            late.lead();
            return false;
        }
        boolean moved = late.moveTo(front.get());
        if (moved) {
            running.remove(late);
        }
        return moved;
    }

    synchronized void ended(Cohort cohort) {
        running.remove(cohort);
    }
}
