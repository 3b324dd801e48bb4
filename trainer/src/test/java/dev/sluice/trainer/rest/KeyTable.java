package dev.sluice.trainer.rest;

import dev.sluice.trainer.dictionary.Bounds;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.TrainingKeys;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table of keys in the README, from the kinds' descriptors: a row for each name of a key. */
final class KeyTable {
    private static final String FAMILY = "sae";
    private static final double LEAST_PLAIN = 0.1;

    private final List<Descriptor<?>> kinds;
    private final StringBuilder text = new StringBuilder();

    private KeyTable(Kinds kinds) {
        this.kinds = kinds.list().stream()
                .map(Kind::descriptor)
                .filter(Descriptor::creatable)
                .<Descriptor<?>>map(each -> each)
                .toList();
    }

    static String of(Kinds kinds) {
        KeyTable table = new KeyTable(kinds);
        table.row("key", "default", "values", "");
        table.row("---", "---", "---", "---");
        String names = table.kinds.stream().map(kind -> code(kind.name())).collect(Collectors.joining(", "));
        table.row("`dictionary.kind`", "required", names, "");
        table.dictionary()
                .forEach((name, owners) -> table.row(
                        code("dictionary." + name),
                        table.byKind(owners, key -> shown(key.absent())),
                        values(owners.values().iterator().next()),
                        table.meaning(owners)));
        TrainingKeys.ALL.forEach(table::training);
        return table.text.toString();
    }

    /** The keys by name, each with the kinds that have it. */
    private Map<String, Map<Descriptor<?>, Key>> dictionary() {
        Map<String, Map<Descriptor<?>, Key>> byName = new LinkedHashMap<>();
        for (Descriptor<?> kind : kinds) {
            for (Key key : kind.keys()) {
                byName.computeIfAbsent(key.name(), name -> new LinkedHashMap<>())
                        .put(kind, key);
            }
        }
        return byName;
    }

    private void training(Key key) {
        Map<Descriptor<?>, Key> owners = new LinkedHashMap<>();
        kinds.stream()
                .filter(kind -> kind.training().descends() || TrainingKeys.COMMON.contains(key))
                .forEach(kind -> owners.put(kind, key));
        Map<Descriptor<?>, String> defaults = new LinkedHashMap<>();
        owners.keySet().forEach(kind -> defaults.put(kind, shown(TrainingKeys.absent(key, kind))));
        String who = TrainingKeys.COMMON.contains(key) ? "" : "SAEs: ";
        row(code("training." + key.name()), joined(defaults), values(key), who + sentence(key));
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells).strip()).append(" |\n");
    }

    /** What most have, then who has another. */
    private String byKind(Map<Descriptor<?>, Key> owners, Function<Key, String> what) {
        Map<Descriptor<?>, String> each = new LinkedHashMap<>();
        owners.forEach((kind, key) -> each.put(kind, what.apply(key)));
        return joined(each);
    }

    private static String joined(Map<Descriptor<?>, String> each) {
        Map<String, List<String>> kindsOf = new LinkedHashMap<>();
        each.forEach((kind, value) ->
                kindsOf.computeIfAbsent(value, any -> new ArrayList<>()).add(kind.name()));
        List<String> parts = new ArrayList<>();
        kindsOf.forEach((value, names) -> parts.add(parts.isEmpty() ? value : String.join(", ", names) + " " + value));
        return String.join("; ", parts);
    }

    private String meaning(Map<Descriptor<?>, Key> owners) {
        Map<String, List<Descriptor<?>>> kindsOf = new LinkedHashMap<>();
        owners.forEach((kind, key) ->
                kindsOf.computeIfAbsent(sentence(key), any -> new ArrayList<>()).add(kind));
        return kindsOf.entrySet().stream()
                .map(entry -> names(entry.getValue()) + ": " + entry.getKey())
                .collect(Collectors.joining(". "));
    }

    private String names(List<Descriptor<?>> some) {
        List<Descriptor<?>> saes = kinds.stream()
                .filter(kind -> kind.title().family().equals(FAMILY))
                .toList();
        return some.equals(saes) ? "SAEs" : some.stream().map(Descriptor::name).collect(Collectors.joining(", "));
    }

    private static String sentence(Key key) {
        return key.note().text();
    }

    private static String values(Key key) {
        String unit = key.note().unit() == null ? "" : " (" + key.note().unit() + ")";
        String words = key.words().stream().map(KeyTable::code).collect(Collectors.joining(", "));
        return switch (key.type()) {
            case INTEGER, LONG, NUMBER -> range(key.bounds()) + unit;
            case INTEGERS -> "list" + unit;
            case TEXTS -> "list of " + words;
            case TEXT -> words;
            case BOOLEAN -> "true, false";
        };
    }

    private static String range(Bounds bounds) {
        String other = bounds.notAbove() == null ? "" : ", at most " + code(bounds.notAbove());
        if (bounds.least() == null) {
            return "any";
        }
        String from = bounds.openBelow() ? "above " + number(bounds.least()) : number(bounds.least());
        if (bounds.most() == null) {
            return (bounds.openBelow() ? from : "from " + from) + other;
        }
        return from + " to " + (bounds.openAbove() ? "below " : "") + number(bounds.most()) + other;
    }

    private static String code(String word) {
        return "`" + word + "`";
    }

    private static String shown(@Nullable Object value) {
        if (value == null) {
            return "from the run";
        }
        return value instanceof Number number
                ? number(number)
                : value instanceof String word ? code(word) : value.toString();
    }

    static String number(Number number) {
        if (!(number instanceof Double decimal)) {
            return String.format(Locale.ROOT, "%,d", number.longValue());
        }
        BigDecimal shortest = BigDecimal.valueOf(decimal).stripTrailingZeros();
        return decimal != 0 && decimal < LEAST_PLAIN
                ? shortest.unscaledValue() + "e-" + shortest.scale()
                : shortest.toPlainString();
    }
}
