/** What the evaluator publishes: rolling metrics. */
@NullMarked
package dev.sluice.evaluator.contract;

import org.jspecify.annotations.NullMarked;
