/** Safetensors reading and writing, half-float conversion. */
@NullMarked
package dev.sluice.producer.tensor;

import org.jspecify.annotations.NullMarked;
