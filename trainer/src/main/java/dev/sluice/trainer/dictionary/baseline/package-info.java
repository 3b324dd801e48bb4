/** What needs no learning by gradients: random directions, means of tokens. */
@NullMarked
package dev.sluice.trainer.dictionary.baseline;

import org.jspecify.annotations.NullMarked;
