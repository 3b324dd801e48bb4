package dev.sluice.evaluator.job;

import dev.sluice.producer.service.Health;
import java.time.Duration;
import java.util.List;

/**
 * Does the jobs of a table over the newest checkpoint of every variant, together with the other evaluators of its group.
 * Started again it goes on: what is done is what {@code sluice.results} says, and what is missing is computed.
 */
public final class JobService implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofMinutes(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final ResultLog log;
    private final JobTopics topics;
    private final JobWorker worker;
    private final Thread topicsThread;
    private final Thread workerThread;

    /**
     * @param table of jobs
     * @param health its loops tick while a job computes
     * @param listener hears of jobs and of failures
     */
    public JobService(JobSettings settings, List<Job> table, Health health, JobListener listener) {
        JobBoard board = new JobBoard(table, settings.memoryBytes());
        this.log = new ResultLog(settings.kafka(), board, new ResultFiles(settings.checkpoints()));
        this.topics = new JobTopics(settings, board, log, listener, health.loop("jobs' topics", SILENCE));
        this.worker = new JobWorker(
                new Workplace(settings, board, log, listener, health.loop("jobs", SILENCE), topics::caughtUp));
        this.topicsThread = new Thread(topics, "sluice-job-topics");
        this.workerThread = new Thread(worker, "sluice-jobs");
        topicsThread.setDaemon(true);
        workerThread.setDaemon(true);
    }

    public void start() {
        topicsThread.start();
        workerThread.start();
    }

    /** Drops the job at hand and leaves the group. */
    @Override
    public void close() {
        worker.stop();
        topics.stop();
        workerThread.interrupt();
        await(workerThread);
        await(topicsThread);
        log.close();
    }

    private static void await(Thread thread) {
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
