/** The producer as a process of its own, and its configuration. */
@NullMarked
package dev.sluice.producer;

import org.jspecify.annotations.NullMarked;
