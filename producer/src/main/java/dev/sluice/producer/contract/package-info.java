/** What the producer publishes: stream specs, activation records, progress, and the table of all topics. */
@NullMarked
package dev.sluice.producer.contract;

import org.jspecify.annotations.NullMarked;
