/** Held-out and training rows, from one source: any rows, or whole windows with their token ids. */
@NullMarked
package dev.sluice.evaluator.rows;

import org.jspecify.annotations.NullMarked;
