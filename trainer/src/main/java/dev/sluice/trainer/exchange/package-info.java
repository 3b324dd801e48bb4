/** Dictionaries out to, and in from, the folders of other libraries. */
@NullMarked
package dev.sluice.trainer.exchange;

import org.jspecify.annotations.NullMarked;
