package dev.sluice.trainer.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What can be said of a variant file before there is a stream: whether it is YAML, and its keys, ids, kinds and values.
 * Who runs it need not wait for a broker to hear of a typing error. What depends on a stream, {@link VariantFile} says
 * once that is there.
 */
public final class VariantFileCheck {
    private static final VariantDefaults NO_STREAM = new VariantDefaults(List.of(), 1, 1);
    private static final String ANY_STREAM = "any";

    /** What is wrong with a spec on rows of either width is wrong on all. */
    private static final int NARROW = 1;

    private static final int WIDE = 1 << 20;

    private VariantFileCheck() {}

    /** @throws VariantFileException if the file is wrong whatever the streams will be */
    public static void check(Path file) {
        List<JsonNode> entries = VariantFile.entries(file);
        List<Violation> violations = new ArrayList<>();
        List<VariantSpec> specs = new ArrayList<>();
        VariantReader reader = new VariantReader(NO_STREAM, Kinds.ALL, violations);
        for (int i = 0; i < entries.size(); i++) {
            String path = "variants[" + i + "]";
            for (VariantSpec spec : reader.read(onAnyStream(entries.get(i)), path)) {
                everywhere(spec).forEach(violation -> violations.add(violation.under(path)));
                specs.add(spec);
            }
        }
        VariantFile.refuseRepeated(specs, violations);
        if (!violations.isEmpty()) {
            throw new VariantFileException(file.toString(), violations);
        }
    }

    private static JsonNode onAnyStream(JsonNode entry) {
        return entry instanceof ObjectNode object && !object.hasNonNull("stream")
                ? object.deepCopy().put("stream", ANY_STREAM)
                : entry;
    }

    private static List<Violation> everywhere(VariantSpec spec) {
        Kind kind = Kind.of(spec);
        List<Violation> violations = new ArrayList<>(kind.violations(spec, NARROW));
        violations.retainAll(kind.violations(spec, WIDE));
        return violations;
    }
}
