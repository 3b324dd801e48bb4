package dev.sluice.producer.publish;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.block.Forward;
import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.model.HookPoint;
import dev.sluice.producer.model.LanguageModel;
import dev.sluice.producer.publish.ProducerMetrics.Stage;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/** A language model on the compute thread, one task a batch. */
final class ModelForward implements Forward {
    private final LanguageModel model;
    private final NDManager parent;
    private final ComputeLane lane;
    private final ProducerMetrics metrics;

    ModelForward(LanguageModel model, NDManager parent, ComputeLane lane, ProducerMetrics metrics) {
        this.model = model;
        this.parent = parent;
        this.lane = lane;
        this.metrics = metrics;
    }

    @Override
    public int width() {
        return model.config().dModel();
    }

    @Override
    public String device() {
        return parent.getDevice().isGpu() ? "gpu" : "cpu";
    }

    @Override
    public void run(List<Window> batch, List<String> hooks, Receiver receiver) {
        int[][] sequences = batch.stream().map(Window::tokenIds).toArray(int[][]::new);
        List<HookPoint> points = hooks.stream().map(model::hookPoint).toList();
        lane.call(() -> {
            metrics.timed(Stage.FORWARD, () -> compute(sequences, points, receiver));
            return batch;
        });
    }

    private void compute(int[][] sequences, List<HookPoint> points, Receiver receiver) {
        try (NDManager owner = parent.newSubManager()) {
            Map<HookPoint, NDArray> activations = model.activations(owner, sequences, points);
            activations.forEach((point, values) -> give(point, values, sequences, receiver));
        }
    }

    /** Without the padding: {@code values} are [sequences, longest, width]. */
    private void give(HookPoint point, NDArray values, int[][] sequences, Receiver receiver) {
        FloatBuffer floats =
                values.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
        int stride = Math.toIntExact(values.getShape().get(1)) * width();
        for (int i = 0; i < sequences.length; i++) {
            receiver.accept(point.name(), i, floats.slice(i * stride, sequences[i].length * width()));
        }
    }
}
