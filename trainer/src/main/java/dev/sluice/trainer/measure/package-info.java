/** Statistics of a reconstruction: sums over a batch, per class of rows. */
@NullMarked
package dev.sluice.trainer.measure;

import org.jspecify.annotations.NullMarked;
