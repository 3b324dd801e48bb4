package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Sequences of token ids as one rectangle, right padded with token 0. Where they have fewer than {@link #MIN_ROWS}
 * tokens in all, further sequences of zeros make up for it: smaller products change bits with the thread count.
 */
final class TokenBatch {
    static final int MIN_ROWS = 16;

    private final int[][] sequences;
    private final int rows;
    private final int time;

    TokenBatch(int[][] sequences, ModelConfig config) {
        this.sequences = sequences;
        this.time = checkedTime(sequences, config);
        this.rows = Math.max(sequences.length, (MIN_ROWS + time - 1) / time);
        if ((long) rows * time > Integer.MAX_VALUE) {
            throw new ModelException("a batch must have fewer than 2^31 tokens, got " + rows + " x " + time);
        }
    }

    private static int checkedTime(int[][] sequences, ModelConfig config) {
        if (sequences.length == 0) {
            throw new ModelException("a batch must have at least one sequence");
        }
        int time = 0;
        for (int i = 0; i < sequences.length; i++) {
            int length = sequences[i].length;
            if (length < 1 || length > config.maxPositions()) {
                throw new ModelException(
                        "sequence " + i + " must have 1.." + config.maxPositions() + " tokens, got " + length);
            }
            requireTokens(i, sequences[i], config.vocabulary());
            time = Math.max(time, length);
        }
        return time;
    }

    private static void requireTokens(int sequence, int[] tokens, int vocabulary) {
        for (int t = 0; t < tokens.length; t++) {
            if (tokens[t] < 0 || tokens[t] >= vocabulary) {
                throw new ModelException("token " + t + " of sequence " + sequence + " must be in 0.."
                        + (vocabulary - 1) + ", got " + tokens[t]);
            }
        }
    }

    /** Number of sequences given. */
    int size() {
        return sequences.length;
    }

    int time() {
        return time;
    }

    int[] sequence(int i) {
        return sequences[i];
    }

    /** int64 [rows, time], rows at least {@link #size()}. */
    NDArray ids(NDManager manager) {
        return matrix(manager, 0);
    }

    /** int64 [rows, time]: the token after each; 0 where there is none. */
    NDArray nextIds(NDManager manager) {
        return matrix(manager, 1);
    }

    private NDArray matrix(NDManager manager, int shift) {
        long[] ids = new long[rows * time];
        for (int i = 0; i < sequences.length; i++) {
            for (int t = shift; t < sequences[i].length; t++) {
                ids[i * time + t - shift] = sequences[i][t];
            }
        }
        return manager.create(ids, new Shape(rows, time));
    }
}
