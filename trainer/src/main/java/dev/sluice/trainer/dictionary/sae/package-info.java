/** What all sparse autoencoders share around their mathematics. */
@NullMarked
package dev.sluice.trainer.dictionary.sae;

import org.jspecify.annotations.NullMarked;
