package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * What a dictionary makes of a batch, by the rule of inference.
 *
 * @param codes in the dictionary's own units
 * @param atomNorms ‖w_j‖ in raw units for a code of 1, float32 [n]: |f_j| times it is the code's L1 in raw units
 * @param reconstructed float32 [rows, d], raw units; closed by the caller
 * @param losses of the training step by name, empty for inference
 */
public record Reconstruction(Codes codes, NDArray atomNorms, NDArray reconstructed, Map<String, Double> losses) {}
