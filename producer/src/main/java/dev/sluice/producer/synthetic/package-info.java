/** Rows whose dictionary is known: random features, sparse combinations of them, and noise. No Kafka, no torch. */
@NullMarked
package dev.sluice.producer.synthetic;

import org.jspecify.annotations.NullMarked;
