/** Principal components, exact and incremental. */
@NullMarked
package dev.sluice.trainer.dictionary.pca;

import org.jspecify.annotations.NullMarked;
