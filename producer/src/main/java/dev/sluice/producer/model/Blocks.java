package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** What differs between architectures: all tensors are [batch, time, width], float32; results belong to x's manager. */
sealed interface Blocks extends AutoCloseable permits NeoxBlocks, Gpt2Blocks {
    /** The residual stream that enters the first layer, for {@code ids}, int64 [batch, time]. */
    NDArray embed(NDArray ids);

    /** What attention of {@code layer} adds to the stream {@code x}. */
    NDArray attention(int layer, NDArray x);

    /** What the MLP of {@code layer} adds to the stream {@code x}. */
    NDArray mlp(int layer, NDArray x);

    /** Weight and bias of the last layer norm. */
    NDList finalNorm();

    /** The rows whose products with the stream are the logits: [vocabulary, width]. */
    NDArray unembedding();

    @Override
    void close();
}
