/** Language models from Hugging Face folders and their hook points. */
@NullMarked
package dev.sluice.producer.model;

import org.jspecify.annotations.NullMarked;
