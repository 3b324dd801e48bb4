package dev.sluice.evaluator.metrics;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.job.Job;
import dev.sluice.evaluator.job.JobListener;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.util.List;
import java.util.function.Consumer;

/**
 * The jobs of this process for Prometheus.
 *
 * <pre>
 * sluice_eval_jobs_total{job="scoring",state="done",} 14.0
 * </pre>
 */
public final class JobMetrics implements JobListener {
    private static final String CANCELLED = "cancelled";

    private final Consumer<String> rejected;
    private final Consumer<Throwable> failed;
    private final Gauge running = Gauge.build(
                    "sluice_eval_jobs_running", "Jobs that this process does now, one for each checkpoint.")
            .labelNames("job")
            .create();
    private final Counter ended = Counter.build(
                    "sluice_eval_jobs_total", "Jobs that this process has ended, one for each checkpoint, by state.")
            .labelNames("job", "state")
            .create();
    private final Counter seconds = Counter.build(
                    "sluice_eval_job_seconds_total", "Time from opening a checkpoint to its result, ended jobs.")
            .labelNames("job")
            .create();

    /**
     * @param table of jobs
     * @param rejected is told the reason of every record that cannot be read
     * @param failed is told why the jobs' service has ended
     */
    public JobMetrics(List<Job> table, Consumer<String> rejected, Consumer<Throwable> failed) {
        this.rejected = rejected;
        this.failed = failed;
        for (Job job : table) {
            running.labels(job.name());
            seconds.labels(job.name());
            List.of(JobResult.DONE, JobResult.FAILED, JobResult.SKIPPED, CANCELLED)
                    .forEach(state -> ended.labels(job.name(), state));
        }
    }

    public JobMetrics addTo(CollectorRegistry registry) {
        registry.register(running);
        registry.register(ended);
        registry.register(seconds);
        return this;
    }

    @Override
    public void began(String job) {
        running.labels(job).inc();
    }

    @Override
    public void ended(JobResult result) {
        String job = result.key().job();
        running.labels(job).dec();
        ended.labels(job, result.outcome().state()).inc();
        seconds.labels(job).inc(result.effort().seconds());
    }

    @Override
    public void cancelled(String job) {
        running.labels(job).dec();
        ended.labels(job, CANCELLED).inc();
    }

    @Override
    public void rejected(String reason) {
        rejected.accept(reason);
    }

    @Override
    public void failed(Throwable cause) {
        failed.accept(cause);
    }
}
