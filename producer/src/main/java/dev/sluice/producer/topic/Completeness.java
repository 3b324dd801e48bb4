package dev.sluice.producer.topic;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sluice.producer.contract.ContractException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a value that was read from JSON has every field that it must have. A field that JSON leaves out is null after
 * reading, though its type says that it never is.
 */
final class Completeness {
    private Completeness() {}

    /**
     * Looks at the components of records, and at the elements of their collections and maps.
     *
     * @param path of the value, for the message
     * @throws ContractException if a value is null that is not {@link Nullable}
     */
    static void require(String path, @Nullable Object value) {
        if (value == null) {
            throw new ContractException(path + " must have a value, got nothing");
        }
        if (value instanceof Record fields) {
            for (RecordComponent component : fields.getClass().getRecordComponents()) {
                Object field = read(fields, component);
                if (field != null || !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                    require(isUnwrapped(component) ? path : path + "." + component.getName(), field);
                }
            }
        } else if (value instanceof Collection<?> elements) {
            elements.forEach(element -> require(path + "[]", element));
        } else if (value instanceof Map<?, ?> entries) {
            entries.forEach((key, entry) -> require(path + "." + key, entry));
        }
    }

    /** Whether its members stand beside those of the record that has it. */
    private static boolean isUnwrapped(RecordComponent component) {
        return component.getAccessor().isAnnotationPresent(JsonUnwrapped.class);
    }

    private static @Nullable Object read(Record fields, RecordComponent component) {
        try {
            return component.getAccessor().invoke(fields);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the fields of " + fields.getClass() + " must be public", e);
        }
    }
}
