package dev.sluice.trainer.spec;

import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of {@code dictionary} in user input, as the kind describes them. */
final class DictionaryReader {
    private DictionaryReader() {}

    /** @param width of the stream, -1 if unknown */
    static DictionarySpec read(Fields fields, Kind kind, int width) {
        Descriptor<?> descriptor = kind.descriptor();
        Map<String, Object> values = new LinkedHashMap<>();
        for (Key key : descriptor.keys()) {
            values.put(key.name(), value(fields, key, kind.absent(key, width)));
        }
        for (Key key : descriptor.keys()) {
            requireNotAbove(fields, key, values);
        }
        fields.refuseOthers("a dictionary of kind " + descriptor.name());
        return descriptor.spec(values);
    }

    private static Object value(Fields fields, Key key, @Nullable Object absent) {
        if (absent == null && !fields.has(key.name())) {
            fields.refuse(key.name(), "given", "nothing");
        }
        return fields.value(key, absent == null ? standIn(key.type()) : absent);
    }

    /** The value of a key without a default that is refused. */
    private static Object standIn(Key.Type type) {
        return switch (type) {
            case INTEGER, LONG, NUMBER -> 0;
            case BOOLEAN -> false;
            case TEXT -> "";
            case INTEGERS, TEXTS -> List.of();
        };
    }

    /** Where the other one is a stand-in, 0, there is nothing to compare with. */
    private static void requireNotAbove(Fields fields, Key key, Map<String, Object> values) {
        String other = key.bounds().notAbove();
        if (other != null
                && values.get(key.name()) instanceof Number value
                && values.get(other) instanceof Number most
                && most.longValue() > 0) {
            key.bounds()
                    .exceeded("dictionary", value.longValue(), most.longValue())
                    .ifPresent(rule -> fields.refuse(key.name(), rule, value));
        }
    }
}
