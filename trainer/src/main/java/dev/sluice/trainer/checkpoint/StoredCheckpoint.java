package dev.sluice.trainer.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.SafetensorsException;
import dev.sluice.producer.tensor.Tensor;
import dev.sluice.trainer.checkpoint.CheckpointException.Fault;
import dev.sluice.trainer.dictionary.StateSource;

/** A verified checkpoint file: its header, and the learner's state that {@code Kind.restore} reads from it. */
public final class StoredCheckpoint implements StateSource {
    private final String file;
    private final long bytes;
    private final String sha256;
    private final CheckpointHeader header;
    private final Safetensors content;

    StoredCheckpoint(String file, long bytes, String sha256, CheckpointHeader header, Safetensors content) {
        this.file = file;
        this.bytes = bytes;
        this.sha256 = sha256;
        this.header = header;
        this.content = content;
    }

    /** Name relative to the store's root. */
    public String file() {
        return file;
    }

    public long bytes() {
        return bytes;
    }

    /** Of the file, and so of the whole state. */
    public String sha256() {
        return sha256;
    }

    public CheckpointHeader header() {
        return header;
    }

    Safetensors content() {
        return content;
    }

    @Override
    public boolean has(String name) {
        return content.names().contains(name);
    }

    /** A copy in the manager's memory; on the compute thread only. */
    @Override
    public NDArray tensor(String name, NDManager manager) {
        Tensor stored = require(name);
        DataType type = switch (stored.dtype()) {
            case F32 -> DataType.FLOAT32;
            case F64 -> DataType.FLOAT64;
            case I32 -> DataType.INT32;
            case I64 -> DataType.INT64;
            default -> throw wrong(name, "F32, F64, I32 or I64", stored);
        };
        // The engine would work in the mapped file itself, which is read-only.
        try (NDArray mapped = manager.create(stored.data(), new Shape(stored.shape()), type)) {
            return mapped.duplicate();
        }
    }

    @Override
    public float[] floats(String name) {
        return require(name, Dtype.F32).toFloats();
    }

    @Override
    public long[] longs(String name) {
        Tensor stored = require(name, Dtype.I64);
        return stored.toLongs();
    }

    @Override
    public double[] doubles(String name) {
        Tensor stored = require(name, Dtype.F64);
        double[] values = new double[Math.toIntExact(stored.elements())];
        stored.data().asDoubleBuffer().get(values);
        return values;
    }

    private Tensor require(String name, Dtype dtype) {
        Tensor stored = require(name);
        if (stored.dtype() != dtype) {
            throw wrong(name, dtype.name(), stored);
        }
        return stored;
    }

    private Tensor require(String name) {
        try {
            return content.tensor(name);
        } catch (SafetensorsException e) {
            throw new CheckpointException(Fault.FOREIGN, file + ": " + e.getMessage(), e);
        }
    }

    private CheckpointException wrong(String name, String expected, Tensor found) {
        return new CheckpointException(
                Fault.FOREIGN, file + ": tensor " + name + " must be " + expected + ", got " + found.dtype());
    }
}
