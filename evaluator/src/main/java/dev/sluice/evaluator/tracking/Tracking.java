package dev.sluice.evaluator.tracking;

import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells experiment trackers what is measured: TensorBoard by event files, MLflow by REST. */
public final class Tracking implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tracking.class);

    private final List<Tracker> trackers = new ArrayList<>();

    /**
     * @param folder of the event files, if they are wanted
     * @param environment may name a server of MLflow
     */
    public Tracking(KafkaConnection kafka, Optional<Path> folder, Map<String, String> environment) {
        MetricTable table = MetricTable.standard();
        folder.ifPresent(path -> trackers.add(new Tracker(kafka, table, "tensorboard", () -> EventFolder.open(path))));
        mlflow(environment)
                .ifPresent(server -> trackers.add(new Tracker(kafka, table, "mlflow", () -> new MlflowRuns(server))));
    }

    private static Optional<MlflowSettings> mlflow(Map<String, String> environment) {
        try {
            return MlflowSettings.of(environment);
        } catch (TrackingException e) {
            LOG.warn("MLflow is told nothing: {}", e.getMessage());
            return Optional.empty();
        }
    }

    public void start() {
        trackers.forEach(Tracker::start);
    }

    @Override
    public void close() {
        trackers.forEach(Tracker::end);
        trackers.forEach(Tracker::close);
    }
}
