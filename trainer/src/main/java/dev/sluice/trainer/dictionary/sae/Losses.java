package dev.sluice.trainer.dictionary.sae;

import java.util.LinkedHashMap;
import java.util.Map;

/** The parts of a loss by name, in the order in which they were added: means over rows, float64. */
public final class Losses {
    private final Map<String, Double> parts = new LinkedHashMap<>();

    public Losses with(String name, double value) {
        parts.put(name, value);
        return this;
    }

    /** The parts, after their sum, which is called "loss". */
    public Map<String, Double> withTotal() {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put(
                "loss", parts.values().stream().mapToDouble(Double::doubleValue).sum());
        losses.putAll(parts);
        return losses;
    }
}
