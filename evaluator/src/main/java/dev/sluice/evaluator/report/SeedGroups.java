package dev.sluice.evaluator.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Series that differ in nothing but the seed of their training; of several of one seed the one that was
 * trained on the most tokens stands for all, of those the first.
 */
record SeedGroups(List<List<Entry>> groups) {
    /**
     * Mean and spread of a figure.
     *
     * @param mean over the series
     * @param deviation sample standard deviation; null of one
     * @param count of series that have the figure
     */
    record Spread(double mean, @Nullable Double deviation, int count) {}

    /** @param specs by the names of series; a series without one is alone */
    static SeedGroups of(List<Entry> entries, Map<String, VariantSpec> specs) {
        Map<String, Map<Long, Entry>> byRest = new LinkedHashMap<>();
        for (Entry entry : entries) {
            VariantSpec spec = specs.get(entry.id());
            byRest.computeIfAbsent(spec == null ? entry.id() : rest(entry, spec), rest -> new LinkedHashMap<>())
                    .merge(spec == null ? 0 : spec.training().seed(), entry, SeedGroups::further);
        }
        return new SeedGroups(byRest.values().stream()
                .map(group -> List.copyOf(group.values()))
                .toList());
    }

    private static Entry further(Entry before, Entry entry) {
        return entry.size().tokens() > before.size().tokens() ? entry : before;
    }

    private static String rest(Entry entry, VariantSpec spec) {
        ObjectNode tree = Json.mapper().valueToTree(spec);
        tree.remove(List.of("id", "group"));
        if (tree.get("training") instanceof ObjectNode training) {
            training.remove("seed");
        }
        return entry.name().view() + " " + tree;
    }

    /** Those of two series and more. */
    List<List<Entry>> repeated() {
        return groups.stream().filter(group -> group.size() > 1).toList();
    }

    /** Null if no series of the group has the figure. */
    static @Nullable Spread spread(List<Entry> group, Function<Entry, @Nullable Double> figure) {
        List<Double> values = new ArrayList<>();
        for (Entry entry : group) {
            Double value = figure.apply(entry);
            if (value != null) {
                values.add(value);
            }
        }
        if (values.isEmpty()) {
            return null;
        }
        double mean = values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return new Spread(mean, values.size() < 2 ? null : Math.sqrt(squares / (values.size() - 1)), values.size());
    }
}
