/** Reading activations in log order, batching, cohorts. */
@NullMarked
package dev.sluice.trainer.stream;

import org.jspecify.annotations.NullMarked;
