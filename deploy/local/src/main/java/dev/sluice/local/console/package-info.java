/** What the terminal shows, all of it read from the page's JSON API. */
@NullMarked
package dev.sluice.local.console;

import org.jspecify.annotations.NullMarked;
