/** SAEs that fire by a threshold: L1, annealed, gated, JumpReLU; dense, and by their active codes only. */
@NullMarked
package dev.sluice.trainer.dictionary.sae.relu;

import org.jspecify.annotations.NullMarked;
