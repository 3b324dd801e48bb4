package dev.sluice.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.measure.BatchMoments;
import dev.sluice.trainer.stream.RowBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch as all its variants see it: made for torch, and summed, when the first of them asks; closed when the last
 * one has let go. On the compute thread only.
 */
final class DeviceBatch {
    private final RowBatch rows;
    private final NDManager parent;
    private final List<RowBatch.Segment> segments;
    private int holders;
    private @Nullable NDManager manager;
    private @Nullable Batch batch;
    private @Nullable BatchMoments moments;

    DeviceBatch(RowBatch rows, NDManager parent, int holders) {
        this.rows = rows;
        this.parent = parent;
        this.segments = rows.segments();
        this.holders = holders;
    }

    Batch batch() {
        if (batch == null) {
            manager = parent.newSubManager();
            NDArray x = manager.create(rows.activations(), new Shape(rows.rows(), rows.width()), DataType.FLOAT32);
            batch = new Batch(rows.firstToken(), x, rows.tokenIds(), rows.positions(), rows.classes());
        }
        return batch;
    }

    BatchMoments moments() {
        if (moments == null) {
            moments = BatchMoments.of(batch());
        }
        return moments;
    }

    List<RowBatch.Segment> segments() {
        return segments;
    }

    boolean isPrequential() {
        return rows.isPrequential();
    }

    /** One variant has finished with it. */
    void letGo() {
        holders--;
        if (holders == 0) {
            if (manager != null) {
                manager.close();
            }
            rows.release();
        }
    }
}
