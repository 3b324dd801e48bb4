package dev.sluice.evaluator.through;

import dev.sluice.evaluator.metric.ModelSums;
import dev.sluice.evaluator.metric.ModelTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Intervals of 95 % by the percentile bootstrap (Efron 1979): documents are drawn with replacement, as many as there are,
 * and the quotients are formed anew. Tokens of one document are alike, so they are not drawn one by one. The same
 * documents give the same intervals.
 */
final class Bootstrap {
    private static final int DRAWS = 1000;
    private static final long SEED = 1979;
    private static final double TAIL = 0.025;

    private Bootstrap() {}

    /**
     * Lower and upper end by the names of metrics; none for fewer than two documents, or for a metric that says nothing
     * in one of the draws.
     *
     * @param sums over documents, each as often as it is in the list
     */
    static Map<String, List<Double>> intervals(List<Long> documents, Function<List<Long>, ModelSums> sums) {
        Map<String, List<Double>> intervals = new TreeMap<>();
        if (documents.size() < 2) {
            return intervals;
        }
        Random random = new Random(SEED);
        Map<String, List<Double>> drawn = new TreeMap<>();
        for (int draw = 0; draw < DRAWS; draw++) {
            List<Long> sample = random.ints(documents.size(), 0, documents.size())
                    .mapToObj(documents::get)
                    .toList();
            ModelTable.values(sums.apply(sample))
                    .forEach((name, value) -> drawn.computeIfAbsent(name, any -> new ArrayList<>())
                            .add(value));
        }
        drawn.forEach((name, values) -> {
            if (values.size() == DRAWS) {
                intervals.put(name, ends(values));
            }
        });
        return intervals;
    }

    private static List<Double> ends(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int below = (int) Math.round(TAIL * (DRAWS - 1));
        return List.of(sorted.get(below), sorted.get(DRAWS - 1 - below));
    }
}
