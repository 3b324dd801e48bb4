package dev.sluice.local;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.evaluator.EvaluatorService;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.hub.Hub;
import dev.sluice.producer.hub.HubListener;
import dev.sluice.producer.publish.ProducerService;
import dev.sluice.producer.service.ServiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The broker and the three services of one run, in one {@link ServiceProcess}. */
final class LocalProcess implements AutoCloseable {
    private final RunOptions options;
    private final String command;
    private final DataFolder folder;
    private final Ports ports;
    private final HubListener downloads;
    private final ServiceProcess process = new ServiceProcess(RunPlan.GRACE);

    /**
     * @param command that gives this run again, for the report
     * @param downloads hears of what is fetched from the hub
     */
    LocalProcess(RunOptions options, String command, DataFolder folder, Ports ports, HubListener downloads) {
        this.options = options;
        this.command = command;
        this.folder = folder;
        this.ports = ports;
        this.downloads = downloads;
    }

    /**
     * Returns when everything is started and the variants are asked for.
     *
     * @return the ids of the run's streams, in the order of its hooks
     * @throws WrongInput if a file that the user named cannot be used
     * @throws LocalException if a model or data set that the user named cannot be had
     */
    List<String> start() throws InterruptedException {
        RunPlan plan = RunPlan.of(options, command, folder, ports, Hub.ofEnvironment(downloads))
                .observedBy(process.clients());
        // Both take seconds, most of them waiting for class loading or disks: at the same time, then.
        CompletableFuture<EmbeddedBroker> broker = startBroker();
        process.startTorch();
        EvaluatorService evaluator = plan.evaluator().service(plan.common(), process);
        process.serve(
                plan.common(),
                Optional.of(plan.evaluator().routes(evaluator, plan.trainer().epochs(), plan.common(), process)));
        process.add("broker", result(broker)::close);
        ProducerService producer = plan.producer().service(plan.settings(), plan.common(), process);
        process.start(producer);
        process.start(plan.trainer().service(plan.common(), process));
        process.start(evaluator);
        List<StreamSpec> streams = result(producer.streams().toCompletableFuture());
        plan.askForVariants(streams);
        process.started();
        return streams.stream().map(StreamSpec::id).toList();
    }

    private CompletableFuture<EmbeddedBroker> startBroker() {
        CompletableFuture<EmbeddedBroker> broker = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        broker.complete(EmbeddedBroker.start(folder.kafka(), ports.kafka()));
                    } catch (Throwable e) { // whoever waits for it throws it
                        broker.completeExceptionally(e);
                    }
                },
                "start-broker");
        thread.setDaemon(true);
        thread.start();
        return broker;
    }

    private static <T> T result(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        }
    }

    boolean isStopping() {
        return process.isStopping();
    }

    /** Waits so long for a service to fail. */
    Optional<Throwable> awaitFailure(Duration within) throws InterruptedException {
        return process.awaitFailure(within);
    }

    /** Idempotent; a second caller waits for the first. */
    @Override
    public void close() {
        process.close();
    }
}
