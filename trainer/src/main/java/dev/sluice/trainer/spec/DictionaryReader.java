package dev.sluice.trainer.spec;

import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The keys of {@code dictionary} in user input, as the kind describes them. */
final class DictionaryReader {
    private DictionaryReader() {}

    /** @param width of the stream, -1 if unknown */
    static DictionarySpec read(Fields fields, Kind kind, int width) {
        Descriptor<?> descriptor = kind.descriptor();
        Map<String, Object> values = new LinkedHashMap<>();
        for (Key key : descriptor.keys()) {
            Object absent = Objects.requireNonNull(kind.absent(key, width), key.name());
            values.put(key.name(), fields.value(key, absent));
        }
        for (Key key : descriptor.keys()) {
            requireNotAbove(fields, key, values);
        }
        fields.refuseOthers("a dictionary of kind " + descriptor.name());
        return descriptor.spec(values);
    }

    private static void requireNotAbove(Fields fields, Key key, Map<String, Object> values) {
        String other = key.bounds().notAbove();
        if (other != null
                && values.get(key.name()) instanceof Number value
                && values.get(other) instanceof Number most
                && value.longValue() > most.longValue()) {
            fields.refuse(key.name(), "at most " + other + " (" + most + ")", value);
        }
    }
}
