package dev.sluice.trainer.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.service.Suggestion;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Variants as users write them, in YAML or JSON with keys in kebab-case: one variant, a list under {@code variants}, or
 * several documents of these; a {@link Grid} stands for several. Only {@code id} and {@code dictionary.kind} are required; the
 * others have the defaults of the kind and of the run. Every violation of a file is reported at once.
 */
public final class VariantFile {
    private static final long MOST_BYTES = 1 << 20;
    private static final Violation NONE = new Violation("there", "must be at least one variant", "none", "");

    private final VariantDefaults defaults;
    private final Kinds kinds;

    public VariantFile(VariantDefaults defaults) {
        this(defaults, Kinds.ALL);
    }

    /** @param kinds that variants may have */
    public VariantFile(VariantDefaults defaults, Kinds kinds) {
        this.defaults = defaults;
        this.kinds = kinds;
    }

    /**
     * The variants of a file, in its order.
     *
     * @throws VariantFileException if any of them cannot be trained
     */
    public List<VariantSpec> read(Path file) {
        return parse(file.toString(), text(file));
    }

    private static String text(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes > MOST_BYTES) {
                throw new VariantFileException(
                        file.toString(),
                        List.of(new Violation(
                                "the file", "must have at most " + MOST_BYTES + " bytes", String.valueOf(bytes), "")));
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e, e);
        }
    }

    /**
     * @param source of the text, for messages
     * @throws VariantFileException if any of the variants cannot be trained
     */
    public List<VariantSpec> parse(String source, String text) {
        List<Violation> violations = new ArrayList<>();
        List<VariantSpec> specs = new ArrayList<>();
        VariantReader reader = new VariantReader(defaults, kinds, violations);
        int index = 0;
        for (JsonNode entry : entries(source, text, kinds, violations)) {
            specs.addAll(reader.read(entry, "variants[" + index++ + "]"));
        }
        if (index == 0 && violations.isEmpty()) {
            violations.add(NONE);
        }
        refuseRepeated(specs, violations);
        if (!violations.isEmpty()) {
            throw new VariantFileException(source, violations);
        }
        return specs;
    }

    /**
     * The variants of a file as they stand there, in its order, unchecked: for somebody else to check.
     *
     * @throws VariantFileException if it cannot be read as a file of variants
     */
    public static List<JsonNode> entries(Path file) {
        List<Violation> violations = new ArrayList<>();
        List<JsonNode> entries = entries(file.toString(), text(file), Kinds.ALL, violations);
        if (entries.isEmpty() && violations.isEmpty()) {
            violations.add(NONE);
        }
        if (!violations.isEmpty()) {
            throw new VariantFileException(file.toString(), violations);
        }
        return entries;
    }

    private static List<JsonNode> entries(String source, String text, Kinds kinds, List<Violation> violations) {
        List<JsonNode> entries = new ArrayList<>();
        try {
            for (JsonNode document : UserJson.yaml(text)) {
                if (document.has("variants")) {
                    entries.addAll(listed(document, violations));
                } else if (!document.isNull()) {
                    entries.add(document);
                }
            }
        } catch (IOException e) {
            throw VariantFileException.unreadable(source, "cannot be read as YAML or JSON " + SyntaxProblem.of(e));
        }
        Grid grid = new Grid(kinds);
        List<JsonNode> expanded = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            expanded.addAll(grid.expand(entries.get(i), "variants[" + i + "]", violations));
        }
        return expanded;
    }

    private static List<JsonNode> listed(JsonNode document, List<Violation> violations) {
        List<JsonNode> entries = new ArrayList<>();
        document.fieldNames().forEachRemaining(key -> {
            if (!key.equals("variants")) {
                violations.add(
                        Violation.of(key, "is not a key beside variants" + Suggestion.of(key, Set.of("variants"))));
            }
        });
        if (!document.get("variants").isArray()) {
            violations.add(Violation.of("variants", "must be a list"));
        }
        document.get("variants").forEach(entries::add);
        return entries;
    }

    static void refuseRepeated(List<VariantSpec> specs, List<Violation> violations) {
        Set<String> ids = new HashSet<>();
        for (VariantSpec spec : specs) {
            if (!ids.add(spec.id())) {
                violations.add(Violation.of("id", spec.id() + " must be used once only"));
            }
        }
    }
}
