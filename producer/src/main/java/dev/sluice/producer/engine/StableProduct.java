package dev.sluice.producer.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** What a product of matrices needs so that its bits do not depend on the number of torch's threads. */
public final class StableProduct {
    /** The fewest rows of either factor. */
    public static final int LEAST_ROWS = 16;

    private StableProduct() {}

    /** {@code x}, [rows, d], or a copy with rows of zeros below it if it has fewer rows than it needs. */
    public static NDArray padded(NDArray x) {
        long missing = LEAST_ROWS - x.getShape().get(0);
        return missing <= 0
                ? x
                : x.concat(x.getManager().zeros(new Shape(missing, x.getShape().get(1))));
    }
}
