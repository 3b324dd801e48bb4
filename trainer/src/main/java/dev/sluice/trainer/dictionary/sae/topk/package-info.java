/** SAEs that select a number of latents: TopK, BatchTopK, Matryoshka, K-means latents. */
@NullMarked
package dev.sluice.trainer.dictionary.sae.topk;

import org.jspecify.annotations.NullMarked;
