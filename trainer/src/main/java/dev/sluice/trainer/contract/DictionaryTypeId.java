package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The member {@code kind} of a dictionary in JSON. */
final class DictionaryTypeId extends TypeIdResolverBase {
    private static final List<DictionaryTypes> KNOWN =
            ServiceLoader.load(DictionaryTypes.class, DictionaryTypes.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();

    @Override
    public String idFromValue(Object value) {
        return ((DictionarySpec) value).kind();
    }

    @Override
    public String idFromValueAndType(Object value, Class<?> suggestedType) {
        return idFromValue(value);
    }

    @Override
    public @Nullable JavaType typeFromId(DatabindContext context, String id) {
        return KNOWN.stream()
                .map(types -> types.of(id))
                .filter(Objects::nonNull)
                .findFirst()
                .map(context::constructType)
                .orElse(null);
    }

    @Override
    public String getDescForKnownTypeIds() {
        return "the kinds of dictionaries";
    }

    @Override
    public JsonTypeInfo.Id getMechanism() {
        return JsonTypeInfo.Id.CUSTOM;
    }
}
