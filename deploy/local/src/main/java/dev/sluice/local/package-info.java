/** The one-process launcher: embedded broker and the three services. */
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
