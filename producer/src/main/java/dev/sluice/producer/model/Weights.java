package dev.sluice.producer.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.Tensor;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model's parameters on its device, by their names without the checkpoint's prefix: float32, but for linear maps in
 * bfloat16 where a model computes so. DJL knows no bfloat16: such arrays are for {@link TorchProgram}s only.
 */
final class Weights {
    private static final int EXPONENT_MASK = 0x7F80_0000;
    private static final String NARROW = """
            def to_bfloat16(self, x: Tensor) -> Tensor:
                return torch.to(x, 15)
            """;

    private final Map<String, NDArray> arrays;

    private Weights(Map<String, NDArray> arrays) {
        this.arrays = arrays;
    }

    /** What an architecture expects of a checkpoint. */
    static final class Layout {
        final Map<String, long[]> shapes = new LinkedHashMap<>();
        final Map<String, String> aliases = new HashMap<>();
        final Set<String> linear = new HashSet<>();
        final String prefix;
        final Pattern ignored;

        /**
         * @param prefix of the names, which hub files may lack
         * @param ignored names, without prefix, of buffers that old checkpoints carry and that are no parameters
         */
        Layout(String prefix, Pattern ignored) {
            this.prefix = prefix;
            this.ignored = ignored;
        }

        void add(String name, long... shape) {
            shapes.put(name, shape);
        }

        /** Adds {@code name.weight} and {@code name.bias}, a vector of the weight's {@code out}. */
        void addLinear(String name, long out, long... weight) {
            addPair(name, out, weight);
            linear.add(name + ".weight");
            linear.add(name + ".bias");
        }

        void addNorm(String name, long width) {
            addPair(name, width, width);
        }

        private void addPair(String name, long out, long... weight) {
            add(name + ".weight", weight);
            add(name + ".bias", out);
        }

        /** Another name for one parameter. */
        void alias(String alias, String name) {
            aliases.put(alias, name);
        }

        /** As {@code transformers} writes it: the head alone stands outside the prefix. */
        String nameInFile(String name) {
            return name.equals("embed_out.weight") || name.equals("lm_head.weight") ? name : prefix + name;
        }

        private String canonical(String name) {
            String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            return aliases.getOrDefault(bare, bare);
        }
    }

    /**
     * Checks all names and shapes before it allocates anything; refuses values that are not finite.
     *
     * @param dtype of linear maps, F32 or BF16
     */
    static Weights load(Map<String, Tensor> checkpoint, Layout layout, Dtype dtype, NDManager manager) {
        Map<String, Tensor> chosen = choose(checkpoint, layout);
        Map<String, NDArray> arrays = new HashMap<>();
        try (TorchProgram narrow = TorchProgram.of(manager, "narrow", NARROW)) {
            layout.shapes.keySet().forEach(name -> {
                NDArray wide = load(require(chosen, name), manager);
                boolean isNarrow = dtype == Dtype.BF16 && layout.linear.contains(name);
                arrays.put(name, isNarrow ? narrowed(narrow, wide) : wide);
            });
        }
        return new Weights(arrays);
    }

    /** A duplicate: autograd refuses what comes from a program. */
    private static NDArray narrowed(TorchProgram narrow, NDArray wide) {
        try (NDArray called = narrow.callForOne("to_bfloat16", wide)) {
            NDArray result = called.duplicate();
            NDScope.unregister(result);
            wide.close();
            return result;
        }
    }

    private static Map<String, Tensor> choose(Map<String, Tensor> checkpoint, Layout layout) {
        Map<String, Tensor> chosen = new HashMap<>();
        checkpoint.forEach((given, tensor) -> {
            String name = layout.canonical(given);
            if (layout.ignored.matcher(name).matches()) {
                return;
            }
            requireExpected(tensor, layout.shapes.get(name));
            if (chosen.put(name, tensor) != null) {
                throw new ModelException("tensor '" + given + "' must not be there twice, under two names");
            }
        });
        layout.shapes.keySet().forEach(name -> require(chosen, name));
        return chosen;
    }

    private static void requireExpected(Tensor tensor, long @Nullable [] shape) {
        if (shape == null) {
            throw new ModelException("tensor '" + tensor.name() + "' is unknown to this architecture");
        }
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new ModelException("tensor '" + tensor.name() + "' must have the shape " + Arrays.toString(shape)
                    + " of config.json, got " + Arrays.toString(tensor.shape()));
        }
        if (!tensor.dtype().widensToFloat()) {
            throw new ModelException("tensor '" + tensor.name() + "' must be F32, F16 or BF16, got " + tensor.dtype());
        }
    }

    private static Tensor require(Map<String, Tensor> chosen, String name) {
        Tensor tensor = chosen.get(name);
        if (tensor == null) {
            throw new ModelException("tensor '" + name + "' is missing from the checkpoint");
        }
        return tensor;
    }

    /** Widens straight into torch's memory, which is aligned, unlike the file. */
    private static NDArray load(Tensor tensor, NDManager manager) {
        NDArray array = manager.create(new Shape(tensor.shape()), DataType.FLOAT32, Device.cpu());
        FloatBuffer values =
                array.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        tensor.copyFloatsTo(values.duplicate());
        requireFinite(tensor, values);
        NDArray placed = array.toDevice(manager.getDevice(), false);
        if (placed != array) {
            array.close();
        }
        NDScope.unregister(placed); // outlives any scope that the model is opened in
        return placed;
    }

    private static void requireFinite(Tensor tensor, FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if ((Float.floatToRawIntBits(values.get(i)) & EXPONENT_MASK) == EXPONENT_MASK) {
                throw new ModelException(
                        "tensor '" + tensor.name() + "' must be finite, got " + values.get(i) + " at element " + i);
            }
        }
    }

    NDArray get(String name) {
        NDArray array = arrays.get(name);
        if (array == null) {
            throw new ModelException("tensor '" + name + "' is not part of this architecture");
        }
        return array;
    }

    /** Weight and bias of each of {@code modules}, in order. */
    NDList weightsAndBiases(String... modules) {
        NDList list = new NDList();
        for (String module : modules) {
            list.add(get(module + ".weight"));
            list.add(get(module + ".bias"));
        }
        return list;
    }
}
