/** Who trains which variant. */
@NullMarked
package dev.sluice.trainer.control;

import org.jspecify.annotations.NullMarked;
