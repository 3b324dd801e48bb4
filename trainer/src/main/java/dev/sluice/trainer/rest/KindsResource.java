package dev.sluice.trainer.rest;

import dev.sluice.trainer.dictionary.Bounds;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.TrainingKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kinds of dictionaries and their keys as REST shows them: what a form needs. Null is none. */
final class KindsResource {
    private KindsResource() {}

    static Map<String, Object> of(Kinds kinds) {
        return Map.of(
                "kinds",
                kinds.list().stream().map(kind -> kind(kind.descriptor())).toList(),
                "training",
                TrainingKeys.ALL.stream().map(key -> key(key, false)).toList());
    }

    private static Map<String, Object> kind(Descriptor<?> descriptor) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("kind", descriptor.name());
        members.put("name", descriptor.title().label());
        members.put("family", descriptor.title().family());
        members.put("text", descriptor.title().text());
        members.put("creatable", descriptor.creatable());
        members.put(
                "dictionary",
                descriptor.keys().stream()
                        .map(key -> key(key, key.absent() == null))
                        .toList());
        members.put(
                "training_keys",
                trainingKeys(descriptor).stream().map(Key::name).toList());
        members.put("training_defaults", trainingDefaults(descriptor));
        return members;
    }

    /** Those that the kind does not ignore. */
    private static List<Key> trainingKeys(Descriptor<?> descriptor) {
        return descriptor.training().descends() ? TrainingKeys.ALL : TrainingKeys.COMMON;
    }

    /** Of these keys, but for those that depend on the run. */
    private static Map<String, Object> trainingDefaults(Descriptor<?> descriptor) {
        Map<String, Object> defaults = new LinkedHashMap<>();
        for (Key key : trainingKeys(descriptor)) {
            Object absent = TrainingKeys.absent(key, descriptor);
            if (absent != null) {
                defaults.put(key.name(), absent);
            }
        }
        return defaults;
    }

    private static Map<String, Object> key(Key key, boolean required) {
        Bounds bounds = key.bounds();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("key", key.name());
        members.put("type", key.type().word());
        members.put("default", key.absent());
        members.put("minimum", bounds.least());
        members.put("maximum", bounds.most());
        members.put("exclusive_minimum", bounds.openBelow());
        members.put("exclusive_maximum", bounds.openAbove());
        members.put("words", key.words().isEmpty() ? null : key.words());
        members.put("unit", key.note().unit());
        members.put("text", key.note().text());
        members.put("required", required);
        members.put("form", key.note().form());
        return members;
    }
}
