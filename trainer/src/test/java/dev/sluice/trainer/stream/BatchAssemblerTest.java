package dev.sluice.trainer.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.producer.contract.ActivationEncoder;
import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.RowClass;
import dev.sluice.producer.contract.RowLabel;
import dev.sluice.producer.contract.StreamSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchAssemblerTest {
    private static final StreamSpec SPEC = PublishedStream.spec(4, 1);
    private static final long ROWS = 100;

    private final DirectBuffers pool = new DirectBuffers();

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 40, 100})
    void shouldCutExactBatchesOverPassesHoweverTheRecordsAreCut(int recordRows) {
        List<RowBatch> batches = batches(new BatchAssembler(16, 0, 0, pool), recordRows, 2);

        assertThat(batches).hasSize(12).allMatch(batch -> batch.rows() == 16);
        for (int i = 0; i < batches.size(); i++) {
            RowBatch batch = batches.get(i);
            assertThat(batch.firstToken()).isEqualTo(i * 16L);
            assertThat(batch.isPrequential()).isEqualTo(i < 6);
            assertThat(rowsOf(batch)).isEqualTo(expectedRows(i * 16L, 16));
            assertThat(batch.tokenIds().get(3)).isEqualTo((int) ((i * 16L + 3) % ROWS % 50));
            assertThat(batch.classes().get(0)).isEqualTo((byte) ((i * 16L) % ROWS % 16 == 0 ? 1 : 0));
        }
        assertThat(batches.get(6).segments())
                .extracting(RowBatch.Segment::epoch, RowBatch.Segment::firstRow, RowBatch.Segment::rows)
                .containsExactly(tuple(0, 96L, 4), tuple(1, 0L, 12));
    }

    @Test
    void shouldGiveTheSameSegmentsHoweverTheRecordsAreCut() {
        List<RowBatch.Segment> whole = batches(new BatchAssembler(16, 0, 0, pool), 100, 2).stream()
                .flatMap(batch -> batch.segments().stream())
                .toList();
        List<RowBatch.Segment> inPieces = batches(new BatchAssembler(16, 0, 0, pool), 7, 2).stream()
                .flatMap(batch -> batch.segments().stream())
                .toList();

        assertThat(inPieces).isEqualTo(whole);
        assertThat(whole.stream().map(RowBatch.Segment::crc32c)).doesNotHaveDuplicates();
    }

    @Test
    void shouldSkipWhatWasConsumedBefore() {
        List<RowBatch> batches = batches(new BatchAssembler(16, 0, 112, pool), 30, 2);

        assertThat(batches).first().returns(112L, RowBatch::firstToken);
        assertThat(rowsOf(batches.get(0))).isEqualTo(expectedRows(112, 16));
    }

    @Test
    void shouldHoldABatchBackUntilItsSuccessorOrTheEndIsKnown() {
        BatchAssembler assembler = new BatchAssembler(16, 0, 0, pool);

        assembler.accept(decoded(0, 31, 0));
        assertThat(assembler.poll(false)).isNull();
        assembler.accept(decoded(31, 1, 0));
        assertThat(assembler.poll(false)).isNotNull();
        assertThat(assembler.poll(false)).isNull();
        assertThat(assembler.poll(true)).isNotNull();
        assertThat(assembler.poll(true)).isNull();
    }

    @Test
    void shouldSayOfEveryRowWhichPositionItHas() {
        BatchAssembler assembler = new BatchAssembler(48, 0, 48, pool);

        RowBatch batch = batches(assembler, 20, 1).get(0);

        for (int i = 0; i < 48; i++) {
            long row = batch.firstToken() + i;
            assertThat(batch.positions().get(i)).isEqualTo((int) (row % 16));
        }
    }

    private List<RowBatch> batches(BatchAssembler assembler, int recordRows, int passes) {
        List<RowBatch> batches = new ArrayList<>();
        for (int epoch = 0; epoch < passes; epoch++) {
            for (long row = 0; row < ROWS; row += recordRows) {
                DecodedRows rows = decoded(row, (int) Math.min(recordRows, ROWS - row), epoch);
                assembler.accept(rows);
                rows.release();
                for (RowBatch batch = assembler.poll(true); batch != null; batch = assembler.poll(true)) {
                    batches.add(batch);
                }
            }
        }
        return batches;
    }

    private DecodedRows decoded(long firstRow, int count, int epoch) {
        ActivationEncoder encoder = new ActivationEncoder(SPEC);
        for (long row = firstRow; row < firstRow + count; row++) {
            RowClass rowClass = row % 16 == 0 ? RowClass.FIRST_POSITION : RowClass.REST;
            RowLabel label =
                    new RowLabel(row / 32, (int) (row / 16 % 2), (int) (row % 16), (int) (row % 50), "", rowClass);
            encoder.add(FloatBuffer.wrap(PublishedStream.row(SPEC, row)), label);
        }
        ActivationRecord record = ActivationRecord.decode(ByteBuffer.wrap(encoder.finish(firstRow)));
        return DecodedRows.of(record, 0, epoch, epoch * ROWS, pool);
    }

    private static List<Float> rowsOf(RowBatch batch) {
        FloatBuffer floats = batch.activations().asFloatBuffer();
        List<Float> values = new ArrayList<>();
        while (floats.hasRemaining()) {
            values.add(floats.get());
        }
        return values;
    }

    private static List<Float> expectedRows(long firstToken, int count) {
        List<Float> values = new ArrayList<>();
        for (long token = firstToken; token < firstToken + count; token++) {
            for (float value : PublishedStream.row(SPEC, token % ROWS)) {
                values.add(value);
            }
        }
        return values;
    }
}
