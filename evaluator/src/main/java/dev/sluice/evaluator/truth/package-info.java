/** The known truth of a synthetic stream: which of its features a dictionary has found, and whether it fires with them. */
@NullMarked
package dev.sluice.evaluator.truth;

import org.jspecify.annotations.NullMarked;
