/** One class per dictionary: pure mathematics, no Kafka, no files. */
@NullMarked
package dev.sluice.trainer.dictionary;

import org.jspecify.annotations.NullMarked;
