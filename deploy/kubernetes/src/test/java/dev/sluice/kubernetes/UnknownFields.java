package dev.sluice.kubernetes;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Walks a model and reports what each of its objects has kept aside as additional properties. */
final class UnknownFields {
    private static final String ADDITIONAL = "additionalProperties";

    private final List<String> found;

    /** @param found is added to */
    UnknownFields(List<String> found) {
        this.found = found;
    }

    void visit(String path, @Nullable Object value) {
        if (value instanceof Collection<?> elements) {
            int index = 0;
            for (Object element : elements) {
                visit(path + "[" + index++ + "]", element);
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> visit(path + "." + key, element));
        } else if (value != null && isModel(value.getClass())) {
            visitFields(path, value);
        }
    }

    private void visitFields(String path, Object model) {
        for (Class<?> type = model.getClass(); type != null && isModel(type); type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    visitField(path, field, get(field, model));
                }
            }
        }
    }

    private void visitField(String path, Field field, @Nullable Object value) {
        if (!field.getName().equals(ADDITIONAL)) {
            visit(path + "." + field.getName(), value);
        } else if (value instanceof Map<?, ?> unknown && !unknown.isEmpty()) {
            found.add("unknown field " + path + "." + unknown.keySet());
        }
    }

    private static boolean isModel(Class<?> type) {
        return !type.isEnum()
                && (type.getName().startsWith("io.fabric8.") || type.getName().startsWith("io.strimzi."));
    }

    private static @Nullable Object get(Field field, Object model) {
        try {
            field.setAccessible(true);
            return field.get(model);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot read " + field, e);
        }
    }
}
