/** The evaluator: turns measurements into rolling metrics, scores checkpoints, serves the live page. */
@NullMarked
package dev.sluice.evaluator;

import org.jspecify.annotations.NullMarked;
