package dev.sluice.trainer.dictionary;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.DictionarySpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a kind of dictionary is called, and which keys its specs have.
 *
 * @param <S> the kind's spec: a record with a component for each key
 * @param name as users write it
 * @param type of the spec
 * @param keys of {@code dictionary} beside {@code kind}, in the order in which people see them
 * @param training what is particular to the kind's {@code training}
 * @param creatable whether users may ask for one; else another command makes it
 */
public record Descriptor<S extends DictionarySpec>(
        String name, Class<S> type, Title title, List<Key> keys, Training training, boolean creatable) {
    /**
     * What people see.
     *
     * @param family of kinds that belong together
     * @param label short name
     * @param text one line on what the kind does
     */
    public record Title(String family, String label, String text) {}

    /**
     * @param descends whether it learns by gradients; else it ignores the keys of {@link TrainingKeys#DESCENT}
     * @param defaults by key, where they are not those of {@link TrainingKeys}
     */
    public record Training(boolean descends, Map<String, Object> defaults) {}

    /** A kind that learns by gradients, has no key yet, and can be asked for. */
    public static <S extends DictionarySpec> Descriptor<S> of(String name, Class<S> type, Title title) {
        return new Descriptor<>(name, type, title, List.of(), new Training(true, Map.of()), true);
    }

    /** The same with these keys behind those that it has. */
    public Descriptor<S> with(Key... others) {
        List<Key> all = new ArrayList<>(keys);
        all.addAll(List.of(others));
        return new Descriptor<>(name, type, title, List.copyOf(all), training, creatable);
    }

    /** The same with another default of a key of {@code training}. */
    public Descriptor<S> withTraining(String key, Object value) {
        Map<String, Object> defaults = new TreeMap<>(training.defaults());
        defaults.put(key, value);
        return new Descriptor<>(name, type, title, keys, new Training(training.descends(), defaults), creatable);
    }

    /** The same without gradients: no schedule, and rows are taken as they are. */
    public Descriptor<S> withoutDescent() {
        Training still = new Training(false, TrainingKeys.WITHOUT_DESCENT);
        return new Descriptor<>(name, type, title, keys, still, creatable);
    }

    public Descriptor<S> notCreatable() {
        return new Descriptor<>(name, type, title, keys, training, false);
    }

    public Optional<Key> key(String keyName) {
        return keys.stream().filter(key -> key.name().equals(keyName)).findFirst();
    }

    /**
     * A spec with these values, and the defaults of the other keys.
     *
     * @throws IllegalArgumentException if a key is not the kind's, or a value not of its type
     */
    public S spec(Map<String, Object> values) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Key key : keys) {
            if (key.absent() != null) {
                all.put(key.name(), key.absent());
            }
        }
        all.putAll(values);
        return Records.of(keys, all, type);
    }

    /** Adds what is wrong with the values of single keys, and with those that another key bounds. */
    void check(Violations violations, DictionarySpec dictionary) {
        JsonNode values = Records.tree(dictionary);
        keys.forEach(key -> violations.requireKey("dictionary", key, values));
    }
}
