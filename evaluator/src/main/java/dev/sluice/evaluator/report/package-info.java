/** The report of a run: JSON, a table, the Pareto plot. */
@NullMarked
package dev.sluice.evaluator.report;

import org.jspecify.annotations.NullMarked;
