package dev.sluice.producer.service;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a service, under the same name as key of a file ({@code http.port}), as option ({@code --http-port})
 * and as environment variable ({@code SLUICE_HTTP_PORT}). The one home of its default.
 *
 * @param name in lower case, with dots between its parts
 * @param absent the default, as a user would write it; null if there is none
 * @param required whether a service cannot start without
 * @param meaning one sentence for the reference and the help
 */
public record Key<T>(
        String name, ValueType<T> type, @Nullable String absent, boolean required, String meaning) {
    static final String PREFIX = "SLUICE_";

    /** A service cannot start without it. */
    public static <T> Key<T> required(String name, ValueType<T> type, String meaning) {
        return new Key<>(name, type, null, true, meaning);
    }

    /** May be absent. */
    public static <T> Key<T> optional(String name, ValueType<T> type, String meaning) {
        return new Key<>(name, type, null, false, meaning);
    }

    /** Has a default. */
    public static <T> Key<T> of(String name, ValueType<T> type, String absent, String meaning) {
        return new Key<>(name, type, absent, false, meaning);
    }

    /** As option of the command line. */
    public String option() {
        return "--" + name.replace('.', '-');
    }

    /** As environment variable. */
    public String variable() {
        return PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
