/** Dictionaries: the interfaces, what all of them share, and the table of kinds. Pure mathematics, no Kafka, no files. */
@NullMarked
package dev.sluice.trainer.dictionary;

import org.jspecify.annotations.NullMarked;
