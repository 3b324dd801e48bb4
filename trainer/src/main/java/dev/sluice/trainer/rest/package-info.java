/** The REST resource of the variants, as a router. */
@NullMarked
package dev.sluice.trainer.rest;

import org.jspecify.annotations.NullMarked;
