/** What the trainer tells Prometheus. */
@NullMarked
package dev.sluice.trainer.metrics;

import org.jspecify.annotations.NullMarked;
