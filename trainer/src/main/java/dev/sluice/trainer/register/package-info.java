/** Which variants are wanted: {@code sluice.variants}, and what is asked of it. */
@NullMarked
package dev.sluice.trainer.register;

import org.jspecify.annotations.NullMarked;
