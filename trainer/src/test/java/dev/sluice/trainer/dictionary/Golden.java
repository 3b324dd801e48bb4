package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Values that public libraries computed for this project: {@code src/test/resources/golden}. */
public final class Golden {
    private final Safetensors file;

    private Golden(Safetensors file) {
        this.file = file;
    }

    public static Golden tensors(String path) {
        return new Golden(Safetensors.parse(ByteBuffer.wrap(bytes(path))));
    }

    public static JsonNode json(String path) {
        try {
            return new ObjectMapper().readTree(bytes(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String path) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + path)) {
            return Objects.requireNonNull(in, path).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(String name) {
        return file.names().contains(name);
    }

    public float[] floats(String name) {
        return file.tensor(name).toFloats();
    }

    public long[] longs(String name) {
        return file.tensor(name).toLongs();
    }

    public double[] doubles(String name) {
        Tensor tensor = file.tensor(name);
        double[] values = new double[(int) tensor.elements()];
        tensor.data().asDoubleBuffer().get(values);
        return values;
    }

    public byte[] bytesOf(String name) {
        ByteBuffer data = file.tensor(name).data();
        byte[] values = new byte[data.remaining()];
        data.get(values);
        return values;
    }

    public Shape shape(String name) {
        return new Shape(file.tensor(name).shape());
    }

    /** A float32 or float64 tensor as float32. */
    public NDArray array(String name, NDManager manager) {
        if (file.tensor(name).dtype().name().equals("F64")) {
            return manager.create(doubles(name), shape(name)).toType(DataType.FLOAT32, false);
        }
        return manager.create(floats(name), shape(name));
    }

    /** A matrix with rows and columns exchanged. */
    public float[] transposed(String name) {
        float[] values = floats(name);
        int rows = (int) shape(name).get(0);
        int columns = (int) shape(name).get(1);
        float[] result = new float[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                result[c * rows + r] = values[r * columns + c];
            }
        }
        return result;
    }
}
