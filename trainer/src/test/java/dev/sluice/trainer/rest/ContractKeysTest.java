package dev.sluice.trainer.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.Violation;
import dev.sluice.trainer.spec.UserJson;
import dev.sluice.trainer.spec.VariantDefaults;
import dev.sluice.trainer.spec.VariantReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the REST resource names the keys that variant files have. */
class ContractKeysTest {
    private static final JsonNode SCHEMAS = Contract.tree().at("/components/schemas");

    static List<String> kinds() {
        return Kinds.ALL.creatable();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldNameEveryKeyOfAKind(String kind) {
        assertThat(keys(schema(kind).path("properties")))
                .containsExactlyInAnyOrderElementsOf(keys(spec(kind).path("dictionary")));
    }

    @Test
    void shouldNameEveryKeyOfAVariant() {
        VariantSpec alone = variant("topk");
        JsonNode grouped = UserJson.tree(new VariantSpec(
                alone.id(), alone.stream(), alone.dictionary(), alone.training(), alone.from(), "together"));

        assertThat(keys(SCHEMAS.at("/Spec/properties"))).containsExactlyInAnyOrderElementsOf(keys(grouped));
    }

    @Test
    void shouldNameEveryKeyOfTraining() {
        JsonNode named = SCHEMAS.at("/Training/properties");
        JsonNode training = spec("topk").path("training");

        assertThat(keys(named)).containsExactlyInAnyOrderElementsOf(keys(training));
        assertThat(keys(named.at("/adam/properties"))).containsExactlyInAnyOrderElementsOf(keys(training.path("adam")));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldReadBackWhatItShowsWithEveryDefaultFilledIn(String kind) {
        JsonNode shown = spec(kind);
        List<Violation> violations = new ArrayList<>();

        List<VariantSpec> read =
                new VariantReader(new VariantDefaults(List.of(), 1, 1), Kinds.ALL, violations).read(shown, "");

        assertThat(violations).isEmpty();
        assertThat(read).extracting(UserJson::tree).containsExactly(shown);
    }

    /** That one which is for this kind. */
    private static JsonNode schema(String kind) {
        for (JsonNode reference : SCHEMAS.at("/Dictionary/oneOf")) {
            JsonNode schema = SCHEMAS.at(reference.path("$ref").asText().substring("#/components/schemas".length()));
            if (schema.at("/properties/kind/const").asText().equals(kind)) {
                return schema;
            }
        }
        throw new AssertionError("no schema for " + kind);
    }

    private static JsonNode spec(String kind) {
        return UserJson.tree(variant(kind));
    }

    private static VariantSpec variant(String kind) {
        Descriptor<?> descriptor = Kinds.ALL.of(kind).descriptor();
        TrainingSpec training = TrainingKeys.spec(
                descriptor,
                Map.of(TrainingKeys.EPOCHS, 1, TrainingKeys.TOKENS, 1L, TrainingKeys.CHECKPOINT_TOKENS, 1L));
        return new VariantSpec("a", "stream", descriptor.spec(Map.of()), training, "earliest");
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
