/** Minibatch K-means, with bounds instead of whole products. */
@NullMarked
package dev.sluice.trainer.dictionary.kmeans;

import org.jspecify.annotations.NullMarked;
