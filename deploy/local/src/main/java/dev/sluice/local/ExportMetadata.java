package dev.sluice.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

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
     * @param weights what is exported of the checkpoint
     * @throws LocalException if it does not measure the variant as it is in the checkpoint
     */
    static ExportMetadata of(Path report, CheckpointHeader checkpoint, SaeWeights weights) throws IOException {
        JsonNode tree = Json.mapper().readTree(Files.readAllBytes(report));
        return new ExportMetadata(content(tree, report, checkpoint, weights));
    }

    /** @param report where the tree is from, for messages */
    static JsonNode content(JsonNode tree, Path report, CheckpointHeader checkpoint, SaeWeights weights) {
        JsonNode entry = entry(tree, report, checkpoint);
        VariantSpec spec = checkpoint.spec();
        int features = weights.latents();
        JsonNode validation = entry.path("heldout");
        ObjectNode content = Json.mapper().createObjectNode();
        content.put("variant", spec.id()).put("stream", tree.path("stream").asText());
        content.put("features", features).put("width", weights.width());
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

    /** The variant's, with held-out figures, after as many tokens as the checkpoint. */
    private static JsonNode entry(JsonNode tree, Path report, CheckpointHeader checkpoint) {
        String variant = checkpoint.spec().id();
        JsonNode entry = StreamSupport.stream(tree.path("variants").spliterator(), false)
                .filter(each -> each.path("variant").asText().equals(variant))
                .findFirst()
                .orElseThrow(() -> new LocalException("--report must be of a run with " + variant + ", got " + report));
        String what = "--report " + report + ": of " + variant + ", ";
        JsonNode tokens = entry.path("tokens");
        if (!tokens.isNumber() || tokens.asLong() != checkpoint.tokens()) {
            throw new LocalException(what + "tokens must be those of its newest checkpoint, " + checkpoint.tokens()
                    + ", got " + tokens + ": wait until the run is done, and give a report written after that");
        }
        if (!entry.path("heldout").isObject()) {
            throw new LocalException(what + "heldout must be figures, got none: wait until the page shows held-out"
                    + " scores of it, and give a report written after that");
        }
        return entry;
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
