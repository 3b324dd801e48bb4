package dev.sluice.evaluator.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.evaluator.page.Facts;
import dev.sluice.evaluator.rows.RowNeed.Range;
import dev.sluice.evaluator.rows.RowNeed.Split;
import org.junit.jupiter.api.Test;

/** The stream has 4000 held-out rows. */
class RowNeedTest {
    @Test
    void shouldWaitUntilTheRowsAreInTheLog() {
        assertThat(RowNeed.first(Split.HELDOUT, 4001).in(Facts.progress(10, false, 1, 0)))
                .isEmpty();
        assertThat(RowNeed.first(Split.HELDOUT, 3999).in(Facts.progress(10, false, 1, 0)))
                .contains(new Range(3999, false));
        assertThat(RowNeed.first(Split.TRAIN, 11).in(Facts.progress(10, false, 1, 0)))
                .isEmpty();
        assertThat(RowNeed.first(Split.TRAIN, 10).in(Facts.progress(10, false, 1, 0)))
                .contains(new Range(10, false));
    }

    @Test
    void shouldTakeWhatThereIsOfACompleteStream() {
        assertThat(RowNeed.first(Split.HELDOUT, 6000).in(Facts.progress(10, true, 1, 0)))
                .contains(new Range(4000, true));
        assertThat(RowNeed.first(Split.HELDOUT, 100).in(Facts.progress(10, true, 1, 0)))
                .contains(new Range(100, false));
    }

    @Test
    void shouldNeedTheEndOfTheStreamForAllItsRows() {
        assertThat(RowNeed.all(Split.HELDOUT).in(Facts.progress(10, false, 1, 0)))
                .isEmpty();
        assertThat(RowNeed.all(Split.HELDOUT).inWindows().in(Facts.progress(10, true, 1, 0)))
                .contains(new Range(4000, true));
    }

    @Test
    void shouldRefuseToNeedNothing() {
        assertThatThrownBy(() -> RowNeed.first(Split.TRAIN, 0)).hasMessage("rows.most must be at least 1, got 0");
    }
}
