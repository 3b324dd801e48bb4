/** Held-out and training rows, from one source. */
@NullMarked
package dev.sluice.evaluator.rows;

import org.jspecify.annotations.NullMarked;
