package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;

/**
 * The same number k of codes for each row.
 *
 * @param latents int64 [rows, k], ascending in each row
 * @param values float32 [rows, k]; 0 for a code that is not active
 */
public record SparseCodes(NDArray latents, NDArray values) {}
