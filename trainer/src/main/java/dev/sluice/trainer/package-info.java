/** The trainer as a process of its own, and its configuration. */
@NullMarked
package dev.sluice.trainer;

import org.jspecify.annotations.NullMarked;
