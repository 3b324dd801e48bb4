package dev.sluice.evaluator.rows;

import dev.sluice.producer.contract.ActivationEncoder;
import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.RowLabel;
import dev.sluice.producer.contract.StreamSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/** Batches as the log gives them. */
public final class TestRows {
    private TestRows() {}

    /**
     * One batch, rounded as the stream rounds its rows.
     *
     * @param values of the rows, each [width]
     */
    public static RowBatch batch(StreamSpec spec, long firstRow, List<float[]> values, List<RowLabel> labels) {
        ByteBuffer memory = ByteBuffer.allocateDirect(values.size() * spec.width() * Float.BYTES);
        RowBatch batch = new RowBatch(firstRow, values.size(), spec.width(), memory);
        ActivationEncoder encoder = new ActivationEncoder(spec);
        for (int row = 0; row < values.size(); row++) {
            encoder.add(FloatBuffer.wrap(values.get(row)), labels.get(row));
            if (encoder.rows() == encoder.capacity() || row == values.size() - 1) {
                batch.fill(ActivationRecord.decode(ByteBuffer.wrap(encoder.finish(firstRow))), 0);
            }
        }
        return batch;
    }
}
