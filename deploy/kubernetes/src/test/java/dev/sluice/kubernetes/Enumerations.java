package dev.sluice.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that the API allows where a field is an enumeration. Today's models hold such fields as strings; those of
 * client-java 15.0.0 (Kubernetes 1.23) hold them as nested types, and since then values were added, not taken away.
 */
final class Enumerations {
    private static final Path JAR = Path.of("target", "enumerations.jar");
    private static final String MODELS = "io.kubernetes.client.openapi.models.";

    private final ClassLoader models;

    private Enumerations(ClassLoader models) {
        this.models = models;
    }

    /** Reads the jar that Maven puts beside the class path. */
    static Enumerations load() {
        try {
            URL jar = JAR.toUri().toURL();
            return new Enumerations(new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a problem for each value below that its field's enumeration does not have. */
    void check(String path, @Nullable Object value, List<String> problems) {
        if (value instanceof Collection<?> elements) {
            elements.forEach(element -> check(path + "[]", element, problems));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> check(path + "." + key, element, problems));
        } else if (value != null && value.getClass().getName().startsWith(MODELS)) {
            for (Field field : value.getClass().getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    checkField(path, field, value, problems);
                }
            }
        }
    }

    private void checkField(String path, Field field, Object model, List<String> problems) {
        Object value = get(field, model);
        String place = path + "." + field.getName();
        if (!(value instanceof String text)) {
            check(place, value, problems);
            return;
        }
        List<String> allowed = allowed(model.getClass(), field.getName());
        if (!allowed.isEmpty() && !allowed.contains(text)) {
            problems.add(place + " must be one of " + allowed + ", got " + text);
        }
    }

    /** Empty if the field is not an enumeration. */
    List<String> allowed(Class<?> model, String field) {
        String nested = field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1) + "Enum";
        try {
            Class<?> type = models.loadClass(model.getName() + "$" + nested);
            List<String> values = new ArrayList<>();
            for (Object constant : type.getEnumConstants()) {
                values.add(constant.toString());
            }
            return values;
        } catch (ClassNotFoundException e) {
            return List.of();
        }
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
