/** Models and data sets by their names on a Hugging Face hub, through the cache that {@code huggingface_hub} keeps. */
@NullMarked
package dev.sluice.producer.hub;

import org.jspecify.annotations.NullMarked;
