package dev.sluice.evaluator.job;

import dev.sluice.evaluator.contract.JobResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a service says of its jobs. */
final class Recorder implements JobListener {
    final List<JobResult> ended = new CopyOnWriteArrayList<>();
    final List<String> began = new CopyOnWriteArrayList<>();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final List<String> rejected = new CopyOnWriteArrayList<>();
    final List<Throwable> failed = new CopyOnWriteArrayList<>();

    @Override
    public void began(String job) {
        began.add(job);
    }

    @Override
    public void ended(JobResult result) {
        ended.add(result);
    }

    @Override
    public void cancelled(String job) {
        cancelled.add(job);
    }

    @Override
    public void rejected(String reason) {
        rejected.add(reason);
    }

    @Override
    public void failed(Throwable cause) {
        failed.add(cause);
    }
}
