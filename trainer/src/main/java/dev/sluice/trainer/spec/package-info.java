/** Variants as users write them: reading, grids, defaults, violations. Knows no Kafka. */
@NullMarked
package dev.sluice.trainer.spec;

import org.jspecify.annotations.NullMarked;
