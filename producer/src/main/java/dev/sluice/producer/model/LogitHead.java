package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.producer.engine.TorchProgram;
import java.util.function.Consumer;

/**
 * The last norm, and from there, [rows, width], to logits and what is computed of them. Losses and gradients go in blocks of
 * rows, since the logits of a whole batch are large; no block is smaller than a product may be.
 */
final class LogitHead implements AutoCloseable {
    private static final int BLOCK_ROWS = 256;

    private final TorchProgram program;
    private final Sublayer norm;
    private final NDArray unembedding;

    LogitHead(NDManager manager, Sublayer norm, NDArray unembedding) {
        this.program = TorchProgram.load(manager, LogitHead.class, "logits.py");
        this.norm = norm;
        this.unembedding = unembedding;
    }

    /** Some of the rows. */
    record Block(int start, int end) {
        NDArray of(NDArray rows) {
            return rows.get(start + ":" + end);
        }

        int size() {
            return end - start;
        }
    }

    /** Calls {@code work} for each block of {@code rows}, and closes what it makes. */
    static void forEachBlock(long rows, Consumer<Block> work) {
        for (int start = 0; start < rows; ) {
            int end = rows - start < BLOCK_ROWS + StableProduct.LEAST_ROWS ? (int) rows : start + BLOCK_ROWS;
            try (NDScope scope = new NDScope()) {
                work.accept(new Block(start, end));
                scope.suppressNotUsedWarning();
            }
            start = end;
        }
    }

    int vocabulary() {
        return (int) unembedding.getShape().get(0);
    }

    int width() {
        return (int) unembedding.getShape().get(1);
    }

    /** The last stream, [rows, time, width], after the last norm: [rows * time, width]. */
    NDArray normed(NDArray last) {
        return norm.apply(last.reshape(-1, width()));
    }

    /** The gradient with respect to the last stream, given that with respect to {@link #normed}. */
    NDArray normGradient(NDArray last, NDArray upstream) {
        return norm.gradient(last.reshape(-1, width()), upstream).reshape(last.getShape());
    }

    NDArray logits(NDArray normed) {
        return program.callForOne("logits", normed, unembedding);
    }

    /** Negative log likelihoods of {@code targets}, int64 [rows]: [rows]. */
    NDArray nll(NDArray normed, NDArray targets) {
        return program.callForOne("nll", normed, targets, unembedding);
    }

    /** [rows, vocabulary]. */
    NDArray logProbabilities(NDArray normed) {
        return program.callForOne("log_probabilities", normed, unembedding);
    }

    /**
     * What others are compared with.
     *
     * @param logs log probabilities, [rows, vocabulary]
     * @param p the probabilities
     * @param top the most likely token of each row
     */
    record Original(NDArray logs, NDArray p, NDArray top) {}

    /** @param logs {@link #logProbabilities} of some rows */
    Original original(NDArray logs) {
        NDList likely = program.call("likely", logs);
        return new Original(logs, likely.get(0), likely.get(1));
    }

    /** Each [rows]: negative log likelihood, KL(original || this), 1 where both predict the same token. */
    NDList compare(NDArray normed, Original original, NDArray targets) {
        return program.call("compare", normed, original.logs(), original.p(), original.top(), targets, unembedding);
    }

    /** The gradient of the losses' sum, weighted by row, with respect to {@code normed}. */
    NDArray nllGradient(NDArray normed, NDArray targets, NDArray weights) {
        return program.callForOne("nll_gradient", normed, targets, weights, unembedding);
    }

    /** The gradient of the sum of KL(original || this), weighted by row, with respect to {@code normed}. */
    NDArray klGradient(NDArray normed, NDArray original, NDArray weights) {
        return program.callForOne("kl_gradient", normed, original, weights, unembedding);
    }

    /** The gradient of a weighted sum of logits, at row * vocabulary + token, with respect to {@code normed}. */
    NDArray termsGradient(NDArray normed, NDArray places, NDArray weights) {
        return program.callForOne("terms_gradient", normed, places, weights, unembedding);
    }

    @Override
    public void close() {
        program.close();
    }
}
