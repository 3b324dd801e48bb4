/** Who trains which variant: cohorts, ownership, the committing of checkpoints. */
@NullMarked
package dev.sluice.trainer.training;

import org.jspecify.annotations.NullMarked;
