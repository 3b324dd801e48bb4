package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.checkpoint.Ledger;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExportMetadataTest {
    private static final Path REPORT = Path.of("r.json");
    private static final String HELDOUT = "{\"sse\": 6, \"l1\": 0.5, \"l0\": 2, \"fvu\": 0.25, \"dead_fraction\": 0.5}";

    @Test
    void shouldSayWhatTheReportMeasuredAndTakeTheShapeFromTheWeights() throws Exception {
        JsonNode metadata = content("a", 100, HELDOUT);

        assertThat(metadata.path("features").asInt()).isEqualTo(8);
        assertThat(metadata.path("width").asInt()).isEqualTo(3);
        assertThat(metadata.path("average_sparsity").asDouble()).isEqualTo(0.25);
        assertThat(metadata.path("alive_features").asInt()).isEqualTo(4);
        assertThat(metadata.path("validation"))
                .isEqualTo(Json.mapper().readTree("{\"loss\": 16.0, \"l1\": 10.0, \"sse\": 6.0, \"fvu\": 0.25}"));
    }

    @Test
    void shouldRefuseAVariantThatIsNotScoredYet() {
        assertThatThrownBy(() -> content("a", 100, "null"))
                .isInstanceOf(LocalException.class)
                .hasMessage("--report r.json: of a, heldout must be figures, got none: wait until the page shows"
                        + " held-out scores of it, and give a report written after that");
    }

    @Test
    void shouldRefuseAReportOfAnotherStateThanTheCheckpoints() {
        assertThatThrownBy(() -> content("a", 99, HELDOUT))
                .isInstanceOf(LocalException.class)
                .hasMessage("--report r.json: of a, tokens must be those of its newest checkpoint, 100, got 99: wait"
                        + " until the run is done, and give a report written after that");
    }

    @Test
    void shouldRefuseAReportWithoutTheVariant() {
        assertThatThrownBy(() -> content("b", 100, HELDOUT))
                .isInstanceOf(LocalException.class)
                .hasMessage("--report must be of a run with a, got r.json");
    }

    private static JsonNode content(String variant, long tokens, String heldout) throws IOException {
        JsonNode report = Json.mapper()
                .readTree("{\"stream\": \"s\", \"variants\": [{\"variant\": \"" + variant + "\", \"tokens\": " + tokens
                        + ", \"latents\": 8, \"heldout\": " + heldout + ", \"prequential_losses\": {}}]}");
        return ExportMetadata.content(report, REPORT, checkpoint(), weights());
    }

    private static CheckpointHeader checkpoint() {
        VariantSpec spec = new VariantSpec(
                "a",
                "s",
                StandardKind.Standard.of(Map.of("latents", 8, "l1-coefficient", 20)),
                TrainingKeys.spec(new StandardKind().descriptor(), Map.of("normalisation", "none")),
                "earliest");
        return new CheckpointHeader(
                new CheckpointHeader.Training(spec, 0, "digest", 0),
                new CheckpointManifest.Position(1, 100, 100, 0),
                Ledger.EMPTY);
    }

    private static SaeWeights weights() {
        return new SaeWeights(
                new SaeWeights.Rule(SaeWeights.Architecture.STANDARD, 0, false, false, "none"), 3, 8, Map.of());
    }
}
