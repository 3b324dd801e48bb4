package dev.sluice.trainer.dictionary;

/** The sparse codes of a batch: for each row its active latents, ascending, with their values (signed for PCA). */
public interface Codes {
    /** Number of codes that are not 0, over all rows. */
    long active();

    /** Visits every row in order; a row without active codes too, with count 0. */
    void forEachRow(RowVisitor visitor);

    /** Sees one row; the arrays hold the row's codes in {@code [from, from + count)} and are only valid during the call. */
    @FunctionalInterface
    interface RowVisitor {
        void row(int row, int[] latents, float[] values, int from, int count);
    }
}
