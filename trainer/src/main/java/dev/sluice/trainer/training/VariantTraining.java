package dev.sluice.trainer.training;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.checkpoint.CapturedState;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.checkpoint.Ledger;
import dev.sluice.trainer.checkpoint.StoredCheckpoint;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.measure.Scorer;
import dev.sluice.trainer.metrics.LearnedStep;
import dev.sluice.trainer.stream.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The part of a variant that learns, with what it has consumed. On the compute thread only. */
public final class VariantTraining implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final VariantSpec spec;
    private final StreamSpec stream;
    private final Learner learner;
    private final Map<String, Dictionary.Size> sizes = new TreeMap<>();
    private CheckpointHeader header;

    private VariantTraining(StreamSpec stream, Learner learner, CheckpointHeader header) {
        this.spec = header.spec();
        this.stream = stream;
        this.learner = learner;
        this.header = header;
        learner.views().forEach((view, dictionary) -> sizes.put(view, dictionary.size()));
    }

    /** @param start step 0, at its start row */
    static VariantTraining create(Kind kind, CheckpointHeader start, StreamSpec stream, NDManager manager) {
        return new VariantTraining(stream, kind.create(start.spec(), stream.width(), manager), start);
    }

    /** The header of step 0. */
    public static CheckpointHeader start(VariantSpec spec, int generation, StreamSpec stream, long startRow) {
        return new CheckpointHeader(
                new CheckpointHeader.Training(spec, generation, stream.digest(), startRow),
                new CheckpointManifest.Position(0, 0, startRow, 0),
                Ledger.EMPTY);
    }

    static VariantTraining restore(Kind kind, StoredCheckpoint checkpoint, StreamSpec stream, NDManager manager) {
        CheckpointHeader header = checkpoint.header();
        return new VariantTraining(stream, kind.restore(header.spec(), stream.width(), checkpoint, manager), header);
    }

    CheckpointHeader header() {
        return header;
    }

    long latents() {
        return sizes.values().stream().mapToLong(Dictionary.Size::latents).max().orElse(0);
    }

    long parameters() {
        return sizes.values().stream()
                .mapToLong(Dictionary.Size::parameters)
                .max()
                .orElse(0);
    }

    /**
     * Measures the batch, then learns from it.
     *
     * @param last no further batch of this split follows
     * @throws ArithmeticException if a loss is not finite
     */
    LearnedStep learn(DeviceBatch shared, boolean last) {
        Batch batch = shared.batch();
        long begin = System.nanoTime();
        Map<String, Reconstruction> views = learner.learn(batch);
        long learned = System.nanoTime();
        List<Measurement> measurements = new ArrayList<>();
        try {
            new TreeMap<>(views).forEach((view, made) -> measurements.add(measure(shared, view, made, last)));
        } finally {
            views.values().forEach(made -> made.reconstructed().close());
        }
        header = after(batch, shared.segments());
        return new LearnedStep(
                measurements,
                header,
                (learned - begin) / NANOS_PER_SECOND,
                (System.nanoTime() - learned) / NANOS_PER_SECOND);
    }

    private Measurement measure(DeviceBatch shared, String view, Reconstruction made, boolean last) {
        made.losses().forEach((name, loss) -> {
            if (!Double.isFinite(loss)) {
                throw new ArithmeticException(name + " must be finite, got " + loss + " at step " + header.step());
            }
        });
        Dictionary.Size size = sizes.get(view);
        String split = shared.isPrequential() ? Measurement.PREQUENTIAL : Measurement.SEEN;
        return new Measurement(
                new Measurement.Subject(
                        spec.id(),
                        view,
                        header.generation(),
                        stream.id(),
                        spec.dictionary().kind()),
                new Measurement.Span(
                        split, header.step(), header.tokens(), shared.batch().rows(), last),
                new Measurement.Result(
                        stream.width(),
                        size == null ? 0 : size.latents(),
                        made.losses(),
                        Scorer.score(shared.moments(), made),
                        null),
                System.currentTimeMillis());
    }

    private CheckpointHeader after(Batch batch, List<RowBatch.Segment> segments) {
        Ledger ledger = header.ledger();
        for (RowBatch.Segment segment : segments) {
            ledger = ledger.plus(segment.epoch(), segment.firstRow(), segment.rows(), segment.crc32c());
        }
        RowBatch.Segment end = segments.get(segments.size() - 1);
        return new CheckpointHeader(
                new CheckpointHeader.Training(spec, header.generation(), header.streamDigest(), header.startRow()),
                new CheckpointManifest.Position(
                        header.step() + 1, header.tokens() + batch.rows(), end.firstRow() + end.rows(), end.epoch()),
                ledger);
    }

    /** The whole state as it is now, to be written before the next step. */
    CapturedState capture() {
        CapturedState state = new CapturedState();
        learner.save(state);
        return state;
    }

    @Override
    public void close() {
        learner.close();
    }
}
