/** Held-out reconstruction by the newest checkpoint. */
@NullMarked
package dev.sluice.evaluator.scoring;

import org.jspecify.annotations.NullMarked;
