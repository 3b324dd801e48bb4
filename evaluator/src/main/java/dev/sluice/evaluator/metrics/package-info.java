/** What the evaluator tells Prometheus. */
@NullMarked
package dev.sluice.evaluator.metrics;

import org.jspecify.annotations.NullMarked;
