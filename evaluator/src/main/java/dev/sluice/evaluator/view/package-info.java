/** The read model: what the topics say, as the page, the API and the report show it. */
@NullMarked
package dev.sluice.evaluator.view;

import org.jspecify.annotations.NullMarked;
