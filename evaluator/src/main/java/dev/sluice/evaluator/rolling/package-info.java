/** The Kafka Streams topology of rolling metrics. */
@NullMarked
package dev.sluice.evaluator.rolling;

import org.jspecify.annotations.NullMarked;
