package dev.sluice.trainer.spec;

import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.TrainingKeys;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The keys of {@code training} in user input, as {@link TrainingKeys} describe them. */
final class TrainingReader {
    private static final long LEAST_CHECKPOINT_TOKENS = 65_536;
    private static final int CHECKPOINTS = 64;

    private final Fields fields;
    private final Map<String, Fields> within = new LinkedHashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    private TrainingReader(Fields fields) {
        this.fields = fields;
    }

    /** @param kind whose defaults stand where the fields have no value */
    static TrainingSpec read(Fields fields, Descriptor<?> kind, VariantDefaults defaults) {
        TrainingReader reader = new TrainingReader(fields);
        for (Key key : TrainingKeys.ALL) {
            reader.read(key, reader.absent(key, kind, defaults));
        }
        fields.refuseOthers("training");
        reader.within.forEach((name, object) -> object.refuseOthers(name));
        return TrainingKeys.spec(kind, reader.values);
    }

    private void read(Key key, Object absent) {
        int dot = key.name().indexOf('.');
        Fields place = dot < 0 ? fields : within.computeIfAbsent(key.name().substring(0, dot), fields::object);
        values.put(key.name(), place.value(key, absent));
    }

    /** Distance of checkpoints: a 64th of the tokens, but at least 65,536. */
    private Object absent(Key key, Descriptor<?> kind, VariantDefaults defaults) {
        return switch (key.name()) {
            case TrainingKeys.EPOCHS -> defaults.epochs();
            case TrainingKeys.TOKENS ->
                defaults.tokens(number(TrainingKeys.EPOCHS).intValue());
            case TrainingKeys.CHECKPOINT_TOKENS ->
                Math.max(LEAST_CHECKPOINT_TOKENS, number(TrainingKeys.TOKENS).longValue() / CHECKPOINTS);
            default -> Objects.requireNonNull(TrainingKeys.absent(key, kind), key.name());
        };
    }

    private Number number(String key) {
        return (Number) Objects.requireNonNull(values.get(key), key);
    }
}
