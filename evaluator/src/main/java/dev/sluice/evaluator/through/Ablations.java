package dev.sluice.evaluator.through;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.trainer.dictionary.Batch;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The replacements that know nothing of a dictionary. */
final class Ablations implements AutoCloseable {
    /** A position's first row has this turn among its donors, so that not every window begins with the first. */
    private static final long SEED = 20_240_601;

    private final TrainingRows training;
    private final NDManager memory;
    private final NDArray mean;
    private final NDArray donors;
    private final Splice splice;

    /** @param training rows of the stream */
    Ablations(TrainingRows training, NDManager parent, Splice splice) {
        this.training = training;
        this.memory = parent.newSubManager();
        this.splice = splice;
        float[] values = training.mean();
        this.mean = memory.create(values, new Shape(1, values.length));
        this.donors = training.isEmpty()
                ? mean
                : memory.create(training.donors(), new Shape(training.donorCount(), values.length));
    }

    /** By their names; without a training row there is zero alone. */
    Map<String, Substitute> all() {
        Map<String, Substitute> all = new LinkedHashMap<>();
        all.put(ModelScores.ZERO, Substitute.zero());
        if (training.isEmpty()) {
            return all;
        }
        all.put(ModelScores.MEAN, (rows, batch) -> mean(batch));
        all.put(ModelScores.RESAMPLE, this::resampled);
        return all;
    }

    /** In the batch's memory, which outlives no pass. */
    private NDArray mean(Batch batch) {
        return batch.x().zerosLike().addi(mean);
    }

    /** For each row one of its position, from another document; the turn goes on with every window. */
    private NDArray resampled(RowBatch rows, Batch batch) {
        IntBuffer positions = rows.positions();
        LongBuffer documents = rows.documents();
        long[] places = new long[rows.rows()];
        long turn = SEED + rows.firstRow();
        for (int row = 0; row < places.length; row++) {
            boolean begins = row > 0
                    && (positions.get(row) <= positions.get(row - 1) || documents.get(row) != documents.get(row - 1));
            turn += begins ? 1 : 0;
            places[row] = training.donor(positions.get(row), turn);
        }
        return splice.rowsOf(donors, places);
    }

    @Override
    public void close() {
        memory.close();
    }
}
