/**
 * Compacted topics: the one way to read them, and what becomes of records that cannot be read. Knows no particular topic
 * of trainer or evaluator.
 */
@NullMarked
package dev.sluice.producer.topic;

import org.jspecify.annotations.NullMarked;
