package dev.sluice.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.util.ModelMapper;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Required fields, types, quantities and enumerations, by the models of the official Java client. */
final class OfficialModels {
    private final Enumerations enumerations;

    OfficialModels(Enumerations enumerations) {
        this.enumerations = enumerations;
    }

    /** False for what Kubernetes itself does not define. */
    static boolean knows(Manifest manifest) {
        return type(manifest) != null;
    }

    List<String> problems(Manifest manifest) {
        List<String> problems = new ArrayList<>();
        try {
            enumerations.check("", Yaml.load(manifest.text()), problems);
        } catch (IOException | RuntimeException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        validate(manifest, problems);
        return problems;
    }

    private static void validate(Manifest manifest, List<String> problems) {
        Class<?> type = type(manifest);
        if (type == null) {
            problems.add("no model of " + manifest.apiVersion() + " " + manifest.kind());
            return;
        }
        JsonElement json = JsonParser.parseString(manifest.tree().toString());
        try {
            type.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
        } catch (InvocationTargetException e) {
            problems.add(String.valueOf(e.getTargetException().getMessage()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot validate", e);
        }
    }

    private static @Nullable Class<?> type(Manifest manifest) {
        Class<?> type = ModelMapper.getApiTypeClass(manifest.apiVersion(), manifest.kind());
        return type == null || type.equals(DynamicKubernetesObject.class) ? null : type;
    }
}
