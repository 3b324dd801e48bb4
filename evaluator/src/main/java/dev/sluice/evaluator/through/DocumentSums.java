package dev.sluice.evaluator.through;

import dev.sluice.evaluator.metric.RunSums;
import java.util.Set;
import java.util.TreeMap;

/** The sums of one run by document. */
final class DocumentSums {
    private final TreeMap<Long, RunSums> byDocument = new TreeMap<>();

    void add(long document, RunSums sums) {
        byDocument.merge(document, sums, RunSums::plus);
    }

    void addAll(DocumentSums other) {
        other.byDocument.forEach(this::add);
    }

    /** Documents with a scored position, ascending. */
    Set<Long> documents() {
        return byDocument.keySet();
    }

    /** Zero for a document without a scored position. */
    RunSums of(long document) {
        return byDocument.getOrDefault(document, RunSums.ZERO);
    }

    RunSums total() {
        return byDocument.values().stream().reduce(RunSums.ZERO, RunSums::plus);
    }
}
