/** Documents from files, tokenization, and windows. */
@NullMarked
package dev.sluice.producer.corpus;

import org.jspecify.annotations.NullMarked;
