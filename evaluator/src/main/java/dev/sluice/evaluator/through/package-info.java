/** The job that scores dictionaries through the language model, with activations replaced by reconstructions. */
@NullMarked
package dev.sluice.evaluator.through;

import org.jspecify.annotations.NullMarked;
