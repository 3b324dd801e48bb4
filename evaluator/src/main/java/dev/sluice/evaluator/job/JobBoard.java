package dev.sluice.evaluator.job;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.contract.ResultTopic;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.WantedVariant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What there is to do in the partitions that this process owns, and what is done. A partition counts from the moment
 * that everything in it has been read: only then is what is missing known. Safe for several threads.
 */
final class JobBoard {
    private final Map<Job, Marks> jobs = new LinkedHashMap<>();
    private final long memory;
    private final Map<String, StreamProgress> streams = new HashMap<>();
    private final Map<String, KnownVariant> variants = new TreeMap<>();
    private final Set<Integer> owned = new HashSet<>();
    private final Set<Integer> settled = new HashSet<>();
    private int turn;

    /**
     * @param table of jobs
     * @param memory bytes of checkpoints that are open at once; one is, whatever its size
     */
    JobBoard(List<Job> table, long memory) {
        for (Job job : table) {
            if (jobs.keySet().stream().anyMatch(other -> other.name().equals(job.name()))) {
                throw new IllegalArgumentException("the name of a job must be unique, got two " + job.name());
            }
            jobs.put(job, new Marks());
        }
        this.memory = memory;
    }

    synchronized void put(String stream, @Nullable StreamProgress progress) {
        if (progress == null) {
            streams.remove(stream);
        } else {
            streams.put(stream, progress);
        }
    }

    /** @param wanted null if the variant shall be deleted */
    synchronized void put(int partition, String variant, @Nullable WantedVariant wanted) {
        if (owned.contains(partition)) {
            KnownVariant known = known(partition, variant);
            known.deleted = wanted == null;
            known.generation = wanted == null ? 0 : wanted.generation();
        }
    }

    /** @param manifest null if the variant is deleted */
    synchronized void put(int partition, String variant, @Nullable CheckpointManifest manifest) {
        if (owned.contains(partition)) {
            KnownVariant known = known(partition, variant);
            known.newest = manifest;
            known.unreadable = false;
            if (manifest == null) {
                jobs.values().forEach(marks -> marks.forget(variant));
            } else {
                jobs.values().forEach(marks -> marks.offer(manifest));
            }
        }
    }

    /** There is a manifest that cannot be read: the one before it stands, and the results are nobody's to delete. */
    synchronized void putUnreadableManifest(int partition, String variant) {
        if (owned.contains(partition)) {
            known(partition, variant).unreadable = true;
        }
    }

    /** There is a wish that cannot be read: of all that it may say, the one thing known is that it deletes nothing. */
    synchronized void putUnreadableWish(int partition, String variant) {
        if (owned.contains(partition)) {
            known(partition, variant).deleted = false;
        }
    }

    /**
     * A result of this process or another. While a partition is being read, what is not done does not count: who takes
     * it over tries that once more.
     *
     * @param result null if it is deleted
     */
    synchronized void put(int partition, String key, @Nullable JobResult result) {
        if (!owned.contains(partition)) {
            return;
        }
        KnownVariant known = known(partition, ResultTopic.variantOf(key));
        if (result == null) {
            known.results.remove(key);
            return;
        }
        known.results.put(key, result.outcome().file());
        if (settled.contains(partition) || result.isDone()) {
            jobs.forEach((job, marks) -> {
                if (job.name().equals(result.key().job())) {
                    marks.handled(result);
                }
            });
        }
    }

    private KnownVariant known(int partition, String variant) {
        return variants.computeIfAbsent(variant, any -> new KnownVariant(partition));
    }

    synchronized void own(Set<Integer> partitions) {
        owned.addAll(partitions);
    }

    /** Everything that was in these partitions has been read. */
    synchronized void settle(Set<Integer> partitions) {
        settled.addAll(partitions);
        settled.retainAll(owned);
        notifyAll();
    }

    /** Others own these. */
    synchronized void disown(Set<Integer> partitions) {
        owned.removeAll(partitions);
        settled.removeAll(partitions);
        Set<String> gone = new HashSet<>();
        variants.forEach((id, known) -> {
            if (partitions.contains(known.partition)) {
                gone.add(id);
            }
        });
        variants.keySet().removeAll(gone);
        gone.forEach(id -> jobs.values().forEach(marks -> marks.forget(id)));
    }

    /** Whether a result of this checkpoint would still count, and be this process's to write. */
    synchronized boolean wants(CheckpointManifest checkpoint) {
        KnownVariant known = variants.get(checkpoint.spec().id());
        return known != null && settled.contains(known.partition) && known.wants(checkpoint);
    }

    /** Whether there is no newer checkpoint of the variant. */
    synchronized boolean isNewest(CheckpointManifest checkpoint) {
        KnownVariant known = variants.get(checkpoint.spec().id());
        return known != null && checkpoint.equals(known.newest);
    }

    /** The partition of a variant; empty if it is not this process's. */
    synchronized Optional<Integer> partitionOf(String variant) {
        return Optional.ofNullable(variants.get(variant)).map(known -> known.partition);
    }

    /**
     * Waits for something to do. The jobs take turns.
     *
     * @param millis that it waits at most
     */
    synchronized Optional<Ticket> next(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            Optional<Ticket> found = next();
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (found.isPresent() || left <= 0) {
                return found;
            }
            wait(left);
        }
    }

    /**
     * Sets back what cannot be done now, so that it keeps nothing else from being done.
     *
     * @param untilNanos by {@link System#nanoTime}
     */
    synchronized void postpone(Ticket ticket, long untilNanos) {
        Marks marks = jobs.getOrDefault(ticket.job(), new Marks());
        ticket.checkpoints().forEach(each -> marks.postpone(each.spec().id(), untilNanos));
    }

    private Optional<Ticket> next() {
        List<Job> table = List.copyOf(jobs.keySet());
        for (int i = 0; i < table.size(); i++) {
            int candidate = (turn + i) % table.size();
            Optional<Ticket> ticket = ticket(table.get(candidate));
            if (ticket.isPresent()) {
                turn = candidate + 1;
                return ticket;
            }
        }
        return Optional.empty();
    }

    private Optional<Ticket> ticket(Job job) {
        Marks marks = jobs.getOrDefault(job, new Marks());
        long now = System.nanoTime();
        List<CheckpointManifest> waiting = marks.waiting(manifest -> wants(manifest)
                && !marks.isPostponed(manifest.spec().id(), now)
                && request(job, manifest).isPresent());
        return waiting.isEmpty()
                ? Optional.empty()
                : request(job, waiting.get(0)).map(first -> together(first, waiting));
    }

    private Optional<Ticket> request(Job job, CheckpointManifest manifest) {
        StreamProgress progress = streams.get(manifest.spec().stream());
        if (progress == null || !job.isFor(progress.spec())) {
            return Optional.empty();
        }
        Optional<RowNeed> training = job.trainingRows();
        if (training.isPresent() && training.get().in(progress).isEmpty()) {
            return Optional.empty();
        }
        return job.rows(manifest)
                .flatMap(need -> need.in(progress)
                        .map(range -> new Ticket(job, progress.spec(), need, range, List.of(manifest))));
    }

    /** The rows that are meant now; empty if they are not all there, or the stream is gone. */
    synchronized Optional<RowNeed.Range> range(String stream, RowNeed need) {
        return Optional.ofNullable(streams.get(stream)).flatMap(need::in);
    }

    /** With the first one those that need the same rows, as far as memory allows. */
    private Ticket together(Ticket first, List<CheckpointManifest> waiting) {
        List<CheckpointManifest> taken = new ArrayList<>();
        long bytes = 0;
        for (CheckpointManifest manifest : waiting) {
            boolean isAlike = request(first.job(), manifest)
                    .filter(other -> other.stream().equals(first.stream())
                            && other.need().equals(first.need())
                            && other.range().equals(first.range()))
                    .isPresent();
            if (isAlike && (taken.isEmpty() || bytes + manifest.bytes() <= memory)) {
                taken.add(manifest);
                bytes += manifest.bytes();
            }
        }
        return new Ticket(first.job(), first.stream(), first.need(), first.range(), List.copyOf(taken));
    }

    /**
     * A result that outlived its variant.
     *
     * @param partition of the record
     * @param key of the record
     * @param file beside the checkpoint, null if there is none
     */
    record LeftOver(int partition, String key, @Nullable String file) {}

    /** What is left of deleted variants, each once. */
    synchronized List<LeftOver> takeLeftOvers() {
        List<LeftOver> all = new ArrayList<>();
        variants.forEach((id, known) -> {
            if (settled.contains(known.partition) && known.hasLeftOvers()) {
                known.results.forEach((key, file) -> all.add(new LeftOver(known.partition, key, file)));
                known.results.clear();
            }
        });
        return all;
    }
}
