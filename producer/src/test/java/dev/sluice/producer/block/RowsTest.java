package dev.sluice.producer.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.contract.RowClass;
import dev.sluice.producer.publish.RowClasses;
import dev.sluice.producer.publish.RowDtype;
import dev.sluice.producer.publish.TestBlocks;
import dev.sluice.producer.tensor.Dtype;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowsTest {
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void shouldRefuseWhatIsNotFiniteAndSayWhere(float bad) {
        assertThatThrownBy(() -> TestBlocks.rows(5, bad))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining(TestBlocks.HOOK)
                .hasMessageContaining("document 3, position 5");
    }

    @ParameterizedTest
    @CsvSource({"8191.9, F16", "-8191.9, F16", "8192, F32", "-8192, F32", "1e30, F32"})
    void shouldChooseTheNarrowTypeWithAMarginOfEight(float peak, Dtype chosen) {
        Rows small = TestBlocks.rows(0, 1);
        Rows peaked = TestBlocks.rows(2, peak);

        assertThat(RowDtype.choose(small, peaked)).isEqualTo(chosen);
        assertThat(RowDtype.choose(peaked, small)).isEqualTo(chosen);
    }

    @ParameterizedTest
    @CsvSource({"65519.9, F16", "3.38e38, BF16", "3.4e38, F32"})
    void shouldAcceptWhatTheTypeHolds(float peak, Dtype dtype) {
        assertThatCode(() -> RowDtype.requireFits(dtype, TestBlocks.HOOK, TestBlocks.rows(2, -peak)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"65520, F16", "3.4e38, BF16"})
    void shouldStopWithTheRemedyAtAValueThatDoesNotFit(float peak, Dtype dtype) {
        assertThatThrownBy(() -> RowDtype.requireFits(dtype, TestBlocks.HOOK, TestBlocks.rows(2, peak)))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining(TestBlocks.HOOK)
                .hasMessageContaining("document 3, position 2")
                .hasMessageContaining("dtype F32");
    }

    @Test
    void shouldClassifyByPlaceThenByTokenThenByNorm() {
        // Given: position 7 holds token 7, which is special
        Rows rows = TestBlocks.rows(2, 101);
        RowClasses classes = new RowClasses(10);

        // Then
        assertThat(classes.of(rows, 0)).isEqualTo(RowClass.FIRST_POSITION);
        assertThat(classes.of(rows, 7)).isEqualTo(RowClass.SPECIAL_TOKEN);
        assertThat(classes.of(rows, 2)).isEqualTo(RowClass.NORM_OUTLIER);
        assertThat(classes.of(rows, 3)).isEqualTo(RowClass.REST);
        assertThat(classes.of(TestBlocks.rows(2, 100), 2)).isEqualTo(RowClass.REST);
        assertThat(new RowClasses(0).of(rows, 2)).isEqualTo(RowClass.REST);
    }
}
