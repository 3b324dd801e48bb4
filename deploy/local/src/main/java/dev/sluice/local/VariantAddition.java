package dev.sluice.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.local.console.VariantsClient;
import dev.sluice.trainer.spec.VariantFile;
import dev.sluice.trainer.spec.VariantFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts the variants of a file: all of them are checked by the running process before the first is put. */
final class VariantAddition {
    private final VariantsClient client;
    private final Path file;
    private final @Nullable String stream;

    /** @param stream of variants that do not say, null to leave that to the process */
    VariantAddition(VariantsClient client, Path file, @Nullable String stream) {
        this.client = client;
        this.file = file;
        this.stream = stream;
    }

    /**
     * The variants as they are then, each with the member {@code created}, and {@code estimate} if it was.
     *
     * @throws WrongInput if the file cannot be read, or any of its variants cannot be trained; nothing is put then
     */
    List<JsonNode> add() throws IOException, InterruptedException {
        List<JsonNode> entries = entries();
        List<JsonNode> assessments = assessed(entries);
        List<JsonNode> added = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            ObjectNode variant = client.put(entries.get(i));
            variant.set("estimate", assessments.get(i).path("estimate"));
            added.add(variant);
        }
        return added;
    }

    private List<JsonNode> entries() {
        if (!Files.isRegularFile(file)) {
            throw new WrongInput("FILE must be an existing file, got " + file);
        }
        try {
            List<JsonNode> entries = VariantFile.entries(file);
            for (JsonNode entry : entries) {
                if (stream != null && entry instanceof ObjectNode object && !object.hasNonNull("stream")) {
                    object.put("stream", stream);
                }
            }
            return entries;
        } catch (VariantFileException e) {
            throw new WrongInput(Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private List<JsonNode> assessed(List<JsonNode> entries) throws IOException, InterruptedException {
        List<JsonNode> assessments = new ArrayList<>();
        List<String> violations = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            JsonNode assessment = client.assess(entries.get(i));
            String path = "variants[" + i + "].";
            assessment
                    .path("violations")
                    .forEach(violation ->
                            violations.add(path + violation.path("message").asText()));
            assessments.add(assessment);
        }
        if (!violations.isEmpty()) {
            throw new WrongInput(file + ": " + violations.size() + (violations.size() == 1 ? " problem" : " problems")
                    + "\n  " + String.join("\n  ", violations));
        }
        return assessments;
    }
}
