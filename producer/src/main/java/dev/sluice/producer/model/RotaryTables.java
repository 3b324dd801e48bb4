package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;

/**
 * Cosines and sines of rotary positions: angle = position / base^(2i / dimensions), Su et al. 2021, equation 15, rounded
 * to float where {@code transformers} rounds. Grows with the longest sequence seen.
 */
final class RotaryTables {
    private final NDManager manager;
    private final int dimensions;
    private final double base;
    private NDList tables = new NDList();

    RotaryTables(NDManager manager, int dimensions, double base) {
        this.manager = manager;
        this.dimensions = dimensions;
        this.base = base;
    }

    /** Cosines and sines, views of [time, 1, 1, dimensions / 2], of the caller's scope. */
    NDList upTo(int time) {
        if (tables.isEmpty() || tables.head().getShape().get(0) < time) {
            tables.close();
            tables = new NDList(table(time, true), table(time, false));
        }
        return new NDList(tables.get(0).get("0:" + time), tables.get(1).get("0:" + time));
    }

    private NDArray table(int time, boolean cosine) {
        int half = dimensions / 2;
        float[] values = new float[time * half];
        for (int i = 0; i < half; i++) {
            float frequency = 1 / (float) StrictMath.pow(base, (float) (2 * i) / dimensions);
            for (int position = 0; position < time; position++) {
                float angle = position * frequency;
                values[position * half + i] = (float) (cosine ? StrictMath.cos(angle) : StrictMath.sin(angle));
            }
        }
        NDArray table = manager.create(values, new Shape(time, 1, 1, half));
        NDScope.unregister(table); // outlives the scope of the layer that asked for it
        return table;
    }
}
