package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Adam;
import dev.sluice.trainer.kernel.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The float32 parameters of an SAE by name, in a fixed order. */
public final class Parameters {
    public static final String ENCODER = "encoder";
    public static final String ENCODER_BIAS = "encoder-bias";
    public static final String DECODER = "decoder";
    public static final String DECODER_BIAS = "decoder-bias";

    private static final String FIRST_MOMENT = ".first-moment";
    private static final String SECOND_MOMENT = ".second-moment";

    private final NDManager manager;
    private final Map<String, NDArray> byName = new LinkedHashMap<>();

    public Parameters(NDManager manager) {
        this.manager = manager;
    }

    /** Adds a parameter with a copy of the values, in torch's memory: DJL's own copy counts as the JVM's, which is bounded. */
    public Parameters with(String name, float[] values, Shape shape) {
        try (Scope scope = new Scope()) {
            byName.put(name, scope.keep(manager.create(values, shape).duplicate(), manager));
        }
        return this;
    }

    public NDArray get(String name) {
        NDArray parameter = byName.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("parameter must be one of " + byName.keySet() + ", got " + name);
        }
        return parameter;
    }

    /** The place of a parameter in the order. */
    public int indexOf(String name) {
        return names().indexOf(name);
    }

    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    public List<NDArray> values() {
        return List.copyOf(byName.values());
    }

    /** How many numbers are learned. */
    public long count() {
        return byName.values().stream().mapToLong(NDArray::size).sum();
    }

    void save(StateSink out, Adam adam) {
        byName.forEach(out::standing);
        List<String> names = names();
        for (int i = 0; i < names.size(); i++) {
            out.standing(names.get(i) + FIRST_MOMENT, adam.firstMoments().get(i));
            out.standing(names.get(i) + SECOND_MOMENT, adam.secondMoments().get(i));
        }
    }

    /** Without moments: of an SAE that does not learn. */
    public void saveValues(StateSink out) {
        byName.forEach(out::standing);
    }

    public void restoreValues(StateSource state) {
        try (NDManager saved = manager.newSubManager()) {
            byName.forEach((name, value) ->
                    checked(state, name, value.getShape(), saved).copyTo(value));
        }
    }

    /** Takes the saved values and moments. */
    void restore(StateSource state, Adam adam, long steps) {
        try (NDManager saved = manager.newSubManager()) {
            List<NDArray> first = new ArrayList<>();
            List<NDArray> second = new ArrayList<>();
            byName.forEach((name, value) -> {
                checked(state, name, value.getShape(), saved).copyTo(value);
                first.add(checked(state, name + FIRST_MOMENT, value.getShape(), saved));
                second.add(checked(state, name + SECOND_MOMENT, value.getShape(), saved));
            });
            adam.restore(steps, first, second);
        }
    }

    private static NDArray checked(StateSource state, String name, Shape shape, NDManager manager) {
        NDArray tensor = state.tensor(name, manager);
        if (!tensor.getShape().equals(shape)) {
            throw new IllegalArgumentException(
                    "saved tensor " + name + " must have the spec's shape " + shape + ", got " + tensor.getShape());
        }
        return tensor;
    }
}
