/** Matrix products, top-k selection, sparse decode and gradients, Adam. */
@NullMarked
package dev.sluice.trainer.kernel;

import org.jspecify.annotations.NullMarked;
