/** SAEs of other libraries, which are measured and never learn. */
@NullMarked
package dev.sluice.trainer.dictionary.sae.imported;

import org.jspecify.annotations.NullMarked;
