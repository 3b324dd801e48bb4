package dev.sluice.evaluator.tracking;

import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells experiment trackers what is measured: TensorBoard by event files, MLflow by REST. */
public final class Tracking implements AutoCloseable {
    private final List<Tracker> trackers = new ArrayList<>();

    /**
     * @param folder of the event files, if they are wanted
     * @param environment may name a server of MLflow
     */
    public Tracking(KafkaConnection kafka, Optional<Path> folder, Map<String, String> environment) {
        MetricTable table = MetricTable.standard();
        folder.ifPresent(path -> trackers.add(new Tracker(kafka, table, "tensorboard", () -> EventFolder.open(path))));
    }

    public void start() {
        trackers.forEach(Tracker::start);
    }

    @Override
    public void close() {
        trackers.forEach(Tracker::close);
    }
}
