/** The live page, its JSON API and server-sent events. */
@NullMarked
package dev.sluice.evaluator.page;

import org.jspecify.annotations.NullMarked;
