package dev.sluice.trainer.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** In what two specs under one id differ: a sentence per field, with both values. */
public final class SpecDifferences {
    private SpecDifferences() {}

    public static List<String> between(VariantSpec mine, VariantSpec there) {
        List<String> differing = new ArrayList<>();
        add(mine.id(), UserJson.tree(mine), UserJson.tree(there), differing);
        return differing;
    }

    private static void add(String path, JsonNode mine, JsonNode there, List<String> differing) {
        if (mine.isObject() && there.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            mine.fieldNames().forEachRemaining(names::add);
            there.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> add(path + "." + name, mine.path(name), there.path(name), differing));
        } else if (!mine.equals(there)) {
            differing.add(path + " is " + shown(there) + " there, " + shown(mine) + " here");
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "absent" : value.toString();
    }

    /** @throws VariantConflictException if there are any */
    public static void requireNone(List<String> differing) {
        if (!differing.isEmpty()) {
            throw new VariantConflictException(
                    "a spec does not change under its id; take another id: " + String.join("; ", differing));
        }
    }
}
