package dev.sluice.trainer.exchange;

import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.SafetensorsException;
import dev.sluice.producer.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One tensor of an SAE in a file of another library.
 *
 * @param name in {@link dev.sluice.trainer.dictionary.sae.SaeWeights}
 * @param theirs name in the file
 * @param shape what it is
 */
record SaeTensor(String name, String theirs, Shape shape) {

    /** n latents, d the width. */
    enum Shape {
        /** [n]. */
        LATENTS,
        /** [d]. */
        WIDTH,
        /** [n, d], as ours. */
        LATENTS_BY_WIDTH,
        /** [d, n]. */
        WIDTH_BY_LATENTS;

        long[] of(int latents, int width) {
            return switch (this) {
                case LATENTS -> new long[] {latents};
                case WIDTH -> new long[] {width};
                case LATENTS_BY_WIDTH -> new long[] {latents, width};
                case WIDTH_BY_LATENTS -> new long[] {width, latents};
            };
        }
    }

    /**
     * The values of all tensors under our names, in our order.
     *
     * @param file for messages
     * @throws ExchangeException unless the file has exactly these, each with its shape and finite
     */
    static Map<String, float[]> read(Path file, Safetensors content, List<SaeTensor> tensors, int latents, int width) {
        Set<String> expected = tensors.stream().map(SaeTensor::theirs).collect(Collectors.toCollection(TreeSet::new));
        Set<String> found = new TreeSet<>(content.names());
        if (!found.equals(expected)) {
            throw new ExchangeException(file + ": tensors must be " + expected + ", got " + found);
        }
        Map<String, float[]> values = new TreeMap<>();
        for (SaeTensor tensor : tensors) {
            values.put(tensor.name(), tensor.read(file, content.tensor(tensor.theirs()), latents, width));
        }
        return values;
    }

    private float[] read(Path file, Tensor stored, int latents, int width) {
        long[] expected = shape.of(latents, width);
        if (!Arrays.equals(stored.shape(), expected)) {
            throw new ExchangeException(file + ": tensor " + theirs + " must have shape " + Arrays.toString(expected)
                    + ", got " + Arrays.toString(stored.shape()));
        }
        try {
            float[] values = stored.toFloats();
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new ExchangeException(file + ": tensor " + theirs + " must be finite, got " + value);
                }
            }
            return shape == Shape.WIDTH_BY_LATENTS ? transposed(values, width, latents) : values;
        } catch (SafetensorsException e) {
            throw new ExchangeException(file + ": " + e.getMessage(), e);
        }
    }

    Tensor write(float[] values, int latents, int width) {
        float[] theirOrder = shape == Shape.WIDTH_BY_LATENTS ? transposed(values, latents, width) : values;
        return Tensor.ofFloats(theirs, theirOrder, shape.of(latents, width));
    }

    /** Row-major [rows, columns] as [columns, rows]. */
    private static float[] transposed(float[] values, int rows, int columns) {
        float[] transposed = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = values[row * columns + column];
            }
        }
        return transposed;
    }
}
