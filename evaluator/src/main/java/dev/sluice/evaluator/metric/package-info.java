/** The table of metrics: what each is called, how it is computed from sums, and how it is shown. */
@NullMarked
package dev.sluice.evaluator.metric;

import org.jspecify.annotations.NullMarked;
