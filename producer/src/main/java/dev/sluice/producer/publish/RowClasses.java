package dev.sluice.producer.publish;

import dev.sluice.producer.block.Rows;
import dev.sluice.producer.contract.RowClass;

/**
 * Classes of rows (the producer's README): the first position of a window, else a special token, else a norm over 10
 * times the first block's median, else the rest.
 *
 * @param medianNorm of the first block's train rows; 0 while there is none, then no row is an outlier
 */
public record RowClasses(double medianNorm) {
    private static final double OUTLIER_FACTOR = 10;

    public RowClass of(Rows rows, int row) {
        RowClass base = rows.labels().baseClass(row);
        boolean outlier = medianNorm > 0 && rows.norm(row) > OUTLIER_FACTOR * medianNorm;
        return base == RowClass.REST && outlier ? RowClass.NORM_OUTLIER : base;
    }
}
