package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Any number of codes for each row, row by row, the latents of a row ascending; m in all, at least one, if need be of
 * value 0.
 *
 * @param rows int64 [m], ascending
 * @param offsets int64 [number of rows]: where the codes of each row begin
 * @param latents int64 [m]
 * @param values float32 [m]; 0 for a code that is not active
 */
public record RaggedCodes(NDArray rows, NDArray offsets, NDArray latents, NDArray values) {
    /** What a program returns of its rows, offsets, latents and values, in this order. */
    static RaggedCodes of(NDList made) {
        return new RaggedCodes(made.get(0), made.get(1), made.get(2), made.get(3));
    }

    /** The same codes with other values. */
    public RaggedCodes with(NDArray others) {
        return new RaggedCodes(rows, offsets, latents, others);
    }

    SparseProducts.Entries entries() {
        return new SparseProducts.Entries(rows, latents, values, rowCount());
    }

    /** How many rows there are, with codes or without. */
    public int rowCount() {
        return (int) offsets.size();
    }
}
