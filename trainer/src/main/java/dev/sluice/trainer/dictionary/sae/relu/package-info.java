/** SAEs that fire by a threshold: L1, gated, JumpReLU, p-annealing; dense, and by their active codes only. */
@NullMarked
package dev.sluice.trainer.dictionary.sae.relu;

import org.jspecify.annotations.NullMarked;
