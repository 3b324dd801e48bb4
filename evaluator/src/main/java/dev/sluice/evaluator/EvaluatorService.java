package dev.sluice.evaluator;

import dev.sluice.evaluator.job.Job;
import dev.sluice.evaluator.job.JobService;
import dev.sluice.evaluator.job.JobSettings;
import dev.sluice.evaluator.job.Jobs;
import dev.sluice.evaluator.metrics.EvaluatorMetrics;
import dev.sluice.evaluator.metrics.JobMetrics;
import dev.sluice.evaluator.page.Page;
import dev.sluice.evaluator.rolling.Rolling;
import dev.sluice.evaluator.through.ThroughModel;
import dev.sluice.evaluator.tracking.Tracking;
import dev.sluice.evaluator.truth.KnownTruth;
import dev.sluice.evaluator.view.LiveView;
import dev.sluice.evaluator.view.TopicFollower;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.engine.Lane;
import dev.sluice.producer.hub.StreamModels;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.Service;
import dev.sluice.producer.service.TopicSetup;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Rolling metrics, jobs over stored checkpoints, the read model and the page. */
public final class EvaluatorService implements Service {
    private static final Duration SILENCE = Duration.ofMinutes(2);
    private static final double SCORER_WEIGHT = 1;

    /** Ends the name of the group that shares the jobs; the application's own group shares the rolling metrics. */
    private static final String JOBS = "-jobs";

    private final EvaluatorSettings settings;
    private final Lane lane;
    private final LiveView view;
    private final EvaluatorMetrics metrics;
    private final Optional<ThroughModel> through;
    private final List<Job> table;
    private final JobMetrics jobMetrics;
    private final Page page;
    private final Health.Part part;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    public EvaluatorService(EvaluatorSettings settings) {
        this.settings = settings;
        this.lane = settings.host().compute().lane("scorer", SCORER_WEIGHT);
        this.view = new LiveView(
                System::currentTimeMillis,
                lane::busySeconds,
                settings.configuration().windowTokens(),
                Rolling.deadWindowTokens(settings.configuration().windowTokens()));
        this.metrics = new EvaluatorMetrics(view).addTo(settings.host().metrics());
        this.through = throughModel(settings);
        this.table = table(settings.configuration().heldoutRows(), through);
        this.view.await(stream ->
                table.stream().filter(job -> job.isFor(stream)).map(Job::name).collect(Collectors.toSet()));
        this.jobMetrics = new JobMetrics(table, metrics::reject, failure::complete)
                .addTo(settings.host().metrics());
        this.page =
                new Page(settings.host().vertx(), view, settings.configuration().reproduce());
        this.part = settings.host().health().part(name());
    }

    private static List<Job> table(long heldoutRows, Optional<ThroughModel> through) {
        List<Job> jobs = new ArrayList<>(Jobs.table(heldoutRows));
        jobs.add(new KnownTruth());
        through.ifPresent(jobs::add);
        return List.copyOf(jobs);
    }

    private static Optional<ThroughModel> throughModel(EvaluatorSettings settings) {
        EvaluatorConfiguration.Model model = settings.configuration().model();
        return model.tokens() == 0
                ? Optional.empty()
                : Optional.of(new ThroughModel(
                        new StreamModels(model.folder(), model.workDir()),
                        settings.host().torch().manager(),
                        model.tokens(),
                        model.marks(),
                        model.rows()));
    }

    @Override
    public String name() {
        return "evaluator";
    }

    /** The page and its API, to be mounted at {@code /*}; answers before {@link #start} too. */
    public Router router() {
        return page.router();
    }

    /** What the topics say: the report, and whether the run is done. */
    public LiveView view() {
        return view;
    }

    @Override
    public void start() {
        TopicSetup.ensure(settings.kafka(), Topic.shared(settings.partitions()));
        Tracking tracking =
                new Tracking(settings.kafka(), settings.configuration().tracking(), System.getenv());
        running.push(tracking);
        tracking.start();
        Rolling rolling = new Rolling(
                settings.kafka(),
                settings.configuration().applicationId(),
                settings.configuration().windowTokens(),
                metrics::reject,
                failure::complete);
        running.push(rolling);
        rolling.start();
        TopicFollower follower = new TopicFollower(
                settings.kafka(),
                view,
                settings.host().health().loop("page follower", SILENCE),
                metrics::reject,
                failure::complete);
        running.push(follower);
        follower.start();
        through.ifPresent(job -> running.push(() -> closeModel(job)));
        JobService jobs = new JobService(jobSettings(), table, settings.host().health(), jobMetrics);
        running.push(jobs);
        jobs.start();
        part.started();
    }

    private void closeModel(ThroughModel job) {
        lane.submit(() -> {
                    job.close();
                    return true;
                })
                .join();
    }

    private JobSettings jobSettings() {
        return new JobSettings(
                settings.kafka(),
                settings.configuration().applicationId() + JOBS,
                settings.configuration().checkpoints(),
                settings.host().torch().manager(),
                lane,
                JobSettings.MEMORY_BYTES);
    }

    @Override
    public void stop(Duration within) {
        part.ready(false);
        page.close();
        while (!running.isEmpty()) {
            close(running.pop());
        }
    }

    private void close(AutoCloseable last) {
        try {
            last.close();
        } catch (Exception e) {
            failure.complete(e);
        }
    }

    @Override
    public CompletionStage<Throwable> failure() {
        return failure;
    }
}
