package dev.sluice.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.checkpoint.StoredCheckpoint;
import dev.sluice.trainer.contract.VariantSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a report says of an exported variant, for a file beside its weights. */
final class ExportMetadata {
    private static final String FILE = "metadata.json";
    private static final String LOSS = "loss";
    private static final String SSE = "sse";
    private static final String L1 = "l1";
    private static final String L0 = "l0";

    private final JsonNode content;

    private ExportMetadata(JsonNode content) {
        this.content = content;
    }

    /**
     * Reads the report.
     *
     * @throws LocalException if it says nothing of the variant
     */
    static ExportMetadata of(Path report, StoredCheckpoint checkpoint) throws IOException {
        VariantSpec spec = checkpoint.header().spec();
        JsonNode tree = Json.mapper().readTree(Files.readAllBytes(report));
        for (JsonNode entry : tree.path("variants")) {
            if (entry.path("variant").asText().equals(spec.id())) {
                return new ExportMetadata(
                        content(entry, spec, tree.path("stream").asText()));
            }
        }
        throw new LocalException("--report must be of a run with " + spec.id() + ", got " + report);
    }

    private static JsonNode content(JsonNode entry, VariantSpec spec, String stream) {
        int features = entry.path("latents").asInt();
        JsonNode validation = entry.path("heldout");
        ObjectNode content = Json.mapper().createObjectNode();
        content.put("variant", spec.id()).put("stream", stream);
        content.put("features", features).put("width", width(entry));
        content.put("average_sparsity", validation.path(L0).asDouble() / features);
        content.put("active_latents_per_row", validation.path(L0).asDouble());
        content.put(
                "alive_features",
                Math.round(features * (1 - validation.path("dead_fraction").asDouble())));
        JsonNode latents = entry.path("truth").path("latents");
        if (!latents.isMissingNode()) {
            content.set("active_features", latents.path("frequent"));
            content.set("latents", latents);
        }
        content.set("training", entry.path("prequential_losses"));
        content.set("validation", validation(validation, spec));
        return content;
    }

    /** SSE is d times MSE. */
    private static long width(JsonNode entry) {
        JsonNode heldout = entry.path("heldout");
        return Math.round(heldout.path(SSE).asDouble() / heldout.path("mse").asDouble());
    }

    /** The loss of an L1 SAE, too, where its units are those of the rows. */
    private static JsonNode validation(JsonNode heldout, VariantSpec spec) {
        ObjectNode validation = Json.mapper().createObjectNode();
        JsonNode coefficient = Json.mapper().valueToTree(spec.dictionary()).path("l1_coefficient");
        if (coefficient.isNumber() && spec.training().normalisation().equals("none")) {
            double penalty = coefficient.asDouble() * heldout.path(L1).asDouble();
            validation.put(LOSS, heldout.path(SSE).asDouble() + penalty).put(L1, penalty);
        }
        return validation
                .put(SSE, heldout.path(SSE).asDouble())
                .put("fvu", heldout.path("fvu").asDouble());
    }

    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve(FILE), content.toPrettyString() + "\n");
    }
}
