/** Documents from files, tokenization, windows, and the synthetic source. */
@NullMarked
package dev.sluice.producer.corpus;

import org.jspecify.annotations.NullMarked;
