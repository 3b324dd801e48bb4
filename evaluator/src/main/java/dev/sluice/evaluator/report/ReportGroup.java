package dev.sluice.evaluator.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Series that are compared with each other.
 *
 * @param members by their kinds, then by what was varied, then by their names
 */
record ReportGroup(String name, List<Entry> members) {
    ReportGroup {
        members = members.stream()
                .sorted(Comparator.comparing(Entry::kind)
                        .thenComparing(ReportGroup::byWhatWasVaried)
                        .thenComparing(Entry::id, NaturalOrder.INSTANCE))
                .toList();
    }

    /** The groups of at least two, by name. */
    static List<ReportGroup> of(Report report) {
        Map<String, List<Entry>> byName = new TreeMap<>(NaturalOrder.INSTANCE);
        for (Entry entry : report.variants()) {
            String group = entry.membership().group();
            if (group != null) {
                byName.computeIfAbsent(group, name -> new ArrayList<>()).add(entry);
            }
        }
        return byName.entrySet().stream()
                .filter(group -> group.getValue().size() > 1)
                .map(group -> new ReportGroup(group.getKey(), group.getValue()))
                .toList();
    }

    /** The keys that differ, by name. */
    Set<String> varied() {
        Set<String> keys = new TreeSet<>();
        members.forEach(member -> keys.addAll(member.membership().varied().keySet()));
        return keys;
    }

    /**
     * The member with the least squared error on batches that it had not learnt yet. Held-out rows do not choose: the
     * figure of the chosen one would look better than it is.
     */
    Optional<Entry> best() {
        return members.stream()
                .filter(member -> error(member) != null)
                .min(Comparator.comparing(member -> Objects.requireNonNull(error(member))));
    }

    private static @Nullable Double error(Entry member) {
        Figures prequential = member.prequential();
        return prequential == null ? null : prequential.of(MetricTable.SSE);
    }

    /** Of one kind, which has the same keys. */
    private static int byWhatWasVaried(Entry a, Entry b) {
        Set<String> keys = new TreeSet<>(a.membership().varied().keySet());
        keys.retainAll(b.membership().varied().keySet());
        return keys.stream()
                .mapToInt(key -> compare(
                        Objects.requireNonNull(a.membership().varied().get(key)),
                        Objects.requireNonNull(b.membership().varied().get(key))))
                .filter(order -> order != 0)
                .findFirst()
                .orElse(0);
    }

    private static int compare(JsonNode a, JsonNode b) {
        return a.isNumber() && b.isNumber()
                ? a.decimalValue().compareTo(b.decimalValue())
                : a.toString().compareTo(b.toString());
    }
}
