package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;

/** What differs between architectures. The residual stream is float32 [batch, time, width]. */
interface Blocks extends AutoCloseable {
    /** The residual stream that enters the first layer, for {@code ids}, int64 [batch, time]; it belongs to ids' manager. */
    NDArray embed(NDArray ids);

    /** What attention of {@code layer} adds to a stream of {@code time} positions. */
    Sublayer attention(int layer, int time);

    /** What the MLP of {@code layer} adds to the stream. */
    Sublayer mlp(int layer);

    /** The last norm: [rows, width] of the last stream to what is unembedded. */
    Sublayer finalNorm();

    /** The rows whose products with the normed stream are the logits: [vocabulary, width]. */
    NDArray unembedding();

    @Override
    void close();
}
