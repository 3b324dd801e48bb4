package dev.sluice.trainer.rest;

import dev.sluice.trainer.dictionary.Bounds;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.TrainingKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The schemas of {@code dictionary} and {@code training} in the contract, from the kinds' descriptors. */
final class SchemaText {
    private final List<String> lines = new ArrayList<>();

    private SchemaText() {}

    static String of(Kinds kinds) {
        SchemaText text = new SchemaText();
        List<? extends Descriptor<?>> all = kinds.list().stream()
                .map(Kind::descriptor)
                .filter(Descriptor::creatable)
                .toList();
        text.line(4, "Dictionary:");
        text.line(6, "oneOf:");
        all.forEach(kind -> text.line(8, "- {$ref: \"#/components/schemas/" + name(kind) + "\"}"));
        all.forEach(text::kind);
        text.training();
        return String.join("\n", text.lines) + "\n";
    }

    private static String name(Descriptor<?> kind) {
        return kind.type().getSimpleName();
    }

    private void kind(Descriptor<?> kind) {
        object(4, name(kind), kind.title().text());
        line(6, "required: [kind]");
        line(6, "properties:");
        line(8, "kind: {type: string, const: " + kind.name() + "}");
        kind.keys().forEach(key -> property(8, key.name(), key));
    }

    private void training() {
        object(4, "Training", "Kinds without gradients ignore all keys of the schedule.");
        line(6, "properties:");
        Map<String, List<Key>> within = new TreeMap<>();
        for (Key key : TrainingKeys.ALL) {
            int dot = key.name().indexOf('.');
            if (dot < 0) {
                property(8, key.name(), key);
            } else {
                within.computeIfAbsent(key.name().substring(0, dot), name -> new ArrayList<>())
                        .add(key);
            }
        }
        within.forEach((name, keys) -> {
            object(8, name, "");
            line(10, "properties:");
            keys.forEach(key -> property(12, key.name().substring(name.length() + 1), key));
        });
    }

    private void object(int indent, String name, String description) {
        line(indent, name + ":");
        line(indent + 2, "type: object");
        if (!description.isEmpty()) {
            line(indent + 2, "description: " + quoted(description));
        }
        line(indent + 2, "additionalProperties: false");
    }

    private void property(int indent, String name, Key key) {
        String unit = key.note().unit() == null ? "" : " (" + key.note().unit() + ")";
        String description = key.note().text().replace("`", "") + unit;
        line(indent, name + ": {" + type(key) + ", description: " + quoted(description) + "}");
    }

    private static String type(Key key) {
        String words = key.words().isEmpty() ? "" : ", enum: [" + String.join(", ", key.words()) + "]";
        return switch (key.type()) {
            case INTEGER -> "type: integer" + range(key.bounds(), Integer.MAX_VALUE);
            case LONG -> "type: integer" + range(key.bounds(), null);
            case NUMBER -> "type: number" + range(key.bounds(), null);
            case BOOLEAN -> "type: boolean";
            case TEXT -> "type: string" + words;
            case INTEGERS -> "type: array, items: {type: integer" + range(key.bounds(), Integer.MAX_VALUE) + "}";
            case TEXTS -> "type: array, items: {type: string" + words + "}";
        };
    }

    private static String range(Bounds bounds, @Nullable Number largest) {
        Number most = bounds.most() == null ? largest : bounds.most();
        return (bounds.least() == null
                        ? ""
                        : (bounds.openBelow() ? ", exclusiveMinimum: " : ", minimum: ") + plain(bounds.least()))
                + (most == null ? "" : (bounds.openAbove() ? ", exclusiveMaximum: " : ", maximum: ") + plain(most));
    }

    private static String plain(Number number) {
        return KeyTable.number(number).replace(",", "");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\\\"") + '"';
    }

    private void line(int indent, String text) {
        lines.add(" ".repeat(indent) + text);
    }
}
