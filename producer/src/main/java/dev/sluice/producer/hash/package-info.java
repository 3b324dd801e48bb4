/** Digests of content, and random numbers that are a hash of a seed and a counter: the same bits on every machine. */
@NullMarked
package dev.sluice.producer.hash;

import org.jspecify.annotations.NullMarked;
