package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.StableProduct;
import java.util.Arrays;

/**
 * Sequences of token ids as one rectangle, right padded with token 0. Where they have fewer tokens in all than a
 * {@link StableProduct} has rows, further sequences of zeros make up for it.
 */
final class TokenBatch {
    private final int[][] sequences;
    private final int rows;
    private final int time;

    TokenBatch(int[][] sequences, ModelConfig config) {
        this.sequences = sequences;
        this.time = checkedTime(sequences, config);
        this.rows = Math.max(sequences.length, (StableProduct.LEAST_ROWS + time - 1) / time);
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

    /** int64 [rows, time], rows at least {@link #size()}. */
    NDArray ids(NDManager manager) {
        return manager.create(ids(0), new Shape(rows, time));
    }

    /** int64 [rows * time]: the token after each; 0 where there is none. */
    NDArray nextIds(NDManager manager) {
        return manager.create(ids(1));
    }

    void requireLengthsOf(TokenBatch other) {
        if (!Arrays.equals(lengths(), other.lengths())) {
            throw new ModelException("sequences must have the lengths of the original, "
                    + Arrays.toString(other.lengths()) + ", got " + Arrays.toString(lengths()));
        }
    }

    private int[] lengths() {
        return Arrays.stream(sequences).mapToInt(sequence -> sequence.length).toArray();
    }

    /**
     * A copy of {@code values}, float32 [sequences, longest, width], as [rows, time, width] with zeros where there is no
     * token: whatever stood there, and were it no number, reaches nothing.
     *
     * @throws ModelException if they are of another shape or type
     */
    NDArray rectangle(NDManager manager, String name, NDArray values, int width) {
        Shape expected = new Shape(sequences.length, time, width);
        if (!values.getShape().equals(expected) || values.getDataType() != DataType.FLOAT32) {
            throw new ModelException(name + " must be float32 " + expected + " (sequences, longest, width), got "
                    + values.getDataType() + " " + values.getShape());
        }
        NDArray copy = manager.zeros(new Shape(rows, time, width));
        NDScope.unregister(copy);
        try (NDScope scope = new NDScope()) {
            for (int i = 0; i < sequences.length; i++) {
                NDIndex place = new NDIndex("{}, :{}", i, sequences[i].length);
                copy.set(place, values.get(place));
            }
            scope.suppressNotUsedWarning();
        }
        return copy;
    }

    /** Of {@code values} [rows * time], those of each sequence but its last {@code without}. */
    float[][] split(float[] values, int without) {
        float[][] split = new float[sequences.length][];
        for (int i = 0; i < split.length; i++) {
            split[i] = Arrays.copyOfRange(values, i * time, i * time + sequences[i].length - without);
        }
        return split;
    }

    /** The inverse of {@link #split}: [rows * time], zero elsewhere. */
    float[] join(float[][] values, int without) {
        requireLengths(values, without);
        float[] joined = new float[rows * time];
        for (int i = 0; i < values.length; i++) {
            System.arraycopy(values[i], 0, joined, i * time, values[i].length);
        }
        return joined;
    }

    /** Weights of the mean over all positions but the last {@code without} of each sequence. */
    float[][] meanWeights(int without) {
        int count = Arrays.stream(lengths()).map(length -> length - without).sum();
        if (count == 0) {
            throw new ModelException("a mean loss needs a sequence of at least 2 tokens");
        }
        float[][] weights = new float[sequences.length][];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = new float[sequences[i].length - without];
            Arrays.fill(weights[i], 1f / count);
        }
        return weights;
    }

    /** The row, of rows * time, of a token that there is. */
    int row(int sequence, int position) {
        if (sequence < 0 || sequence >= sequences.length || position < 0 || position >= sequences[sequence].length) {
            throw new ModelException("a position must be of one of the sequences of lengths "
                    + Arrays.toString(lengths()) + ", got position " + position + " of sequence " + sequence);
        }
        return sequence * time + position;
    }

    /** Of [rows, time, width], what belongs to sequences given: a view. */
    NDArray withoutFill(NDArray values) {
        return values.get("0:" + sequences.length);
    }

    private void requireLengths(float[][] values, int without) {
        int[] expected =
                Arrays.stream(lengths()).map(length -> length - without).toArray();
        int[] actual = Arrays.stream(values).mapToInt(row -> row.length).toArray();
        if (!Arrays.equals(actual, expected)) {
            throw new ModelException("weights must have " + Arrays.toString(expected)
                    + " elements for the sequences, got " + Arrays.toString(actual));
        }
    }

    private long[] ids(int shift) {
        long[] ids = new long[rows * time];
        for (int i = 0; i < sequences.length; i++) {
            for (int t = shift; t < sequences[i].length; t++) {
                ids[i * time + t - shift] = sequences[i][t];
            }
        }
        return ids;
    }
}
