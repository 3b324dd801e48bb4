/** Atomic checkpoints and their restore. */
@NullMarked
package dev.sluice.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
