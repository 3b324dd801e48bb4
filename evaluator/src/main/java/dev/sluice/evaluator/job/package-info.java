/** Computations over stored dictionaries and rows. */
@NullMarked
package dev.sluice.evaluator.job;

import org.jspecify.annotations.NullMarked;
