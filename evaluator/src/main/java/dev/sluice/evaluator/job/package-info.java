/** Computations over stored dictionaries and rows, shared by the evaluators of a group. */
@NullMarked
package dev.sluice.evaluator.job;

import org.jspecify.annotations.NullMarked;
