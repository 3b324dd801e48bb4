package dev.sluice.evaluator.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.rows.RowBatch.Span;
import dev.sluice.producer.contract.ActivationEncoder;
import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.RowClass;
import dev.sluice.producer.contract.RowLabel;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class RowBatchTest {
    private static final int WIDTH = 2;
    private static final int ROOM = 12;
    private static final StreamSpec SPEC = new StreamSpec(
            new RowOrder(
                    new RowOrder.Documents("made", "1", 5, ""),
                    new RowOrder.Cut(4, -1, false),
                    RowOrder.Mixing.ofRows(1024, 7),
                    0),
            new RowValues("none", "1", null, "blocks.1.hook_resid_post", WIDTH, "F32"));

    /** Windows of 4 rows, documents of two windows; the values of row r are r and -r. */
    private final ActivationRecord record = record(ROOM);

    private final ByteBuffer memory = ByteBuffer.allocateDirect(ROOM * WIDTH * Float.BYTES);

    @Test
    void shouldFindTheWindowsInItsRows() {
        RowBatch batch = new RowBatch(0, 10, WIDTH, memory);
        batch.fill(record, 0);

        assertThat(batch.windows()).containsExactly(new Span(0, 4), new Span(4, 4), new Span(8, 2));
        assertThat(batch.lastWindow()).isEqualTo(8);
        assertThat(batch.upTo(8).windows()).containsExactly(new Span(0, 4), new Span(4, 4));
    }

    @Test
    void shouldGoOnWithTheRowsThatAnotherCouldNotUse() {
        RowBatch first = new RowBatch(0, 6, WIDTH, memory);
        first.fill(record, 0);
        RowBatch second = new RowBatch(4, 6, WIDTH, memory);
        second.takeTail(first, 4);
        second.fill(record, 6);

        assertThat(second.rows()).isEqualTo(6);
        assertThat(second.windows()).containsExactly(new Span(0, 4), new Span(4, 2));
        assertThat(second.tokenIds().get(0)).isEqualTo(4);
        assertThat(second.documents().get(5)).isEqualTo(1);
        FloatBuffer values = memory.order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int row = 0; row < 6; row++) {
            assertThat(values.get(row * WIDTH)).isEqualTo(4f + row);
            assertThat(values.get(row * WIDTH + 1)).isEqualTo(-4f - row);
        }
    }

    private static ActivationRecord record(int rows) {
        ActivationEncoder encoder = new ActivationEncoder(SPEC);
        for (int row = 0; row < rows; row++) {
            RowLabel label = new RowLabel(row / 8, row / 4 % 2, row % 4, row, "", RowClass.REST);
            encoder.add(FloatBuffer.wrap(new float[] {row, -row}), label);
        }
        return ActivationRecord.decode(ByteBuffer.wrap(encoder.finish(0)));
    }
}
