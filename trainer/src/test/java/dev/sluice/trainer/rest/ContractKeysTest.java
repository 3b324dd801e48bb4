package dev.sluice.trainer.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.spec.KindDefaults;
import dev.sluice.trainer.spec.UserJson;
import dev.sluice.trainer.spec.VariantDefaults;
import dev.sluice.trainer.spec.VariantReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the REST resource names the keys that variant files have. */
class ContractKeysTest {
    private static final JsonNode SCHEMAS = Contract.tree().at("/components/schemas");

    static Set<String> kinds() {
        return KindDefaults.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldNameEveryKeyOfAKind(String kind) {
        assertThat(keys(schema(kind).path("properties")))
                .containsExactlyInAnyOrderElementsOf(keys(spec(kind).path("dictionary")));
    }

    @Test
    void shouldNameEveryKeyOfAVariant() {
        KindDefaults defaults = java.util.Objects.requireNonNull(KindDefaults.of("topk"));
        JsonNode grouped = UserJson.tree(
                new VariantSpec("a", "stream", defaults.dictionary(), defaults.training(), "earliest", "together"));

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
        List<String> violations = new ArrayList<>();

        List<VariantSpec> read =
                new VariantReader(new VariantDefaults(List.of(), 1, 1), spec -> ignored(), violations).read(shown, "");

        assertThat(violations).isEmpty();
        assertThat(read).extracting(UserJson::tree).containsExactly(shown);
    }

    private static dev.sluice.trainer.dictionary.Kind ignored() {
        throw new AssertionError("a stream of unknown width is not asked about");
    }

    /** That one which is for this kind. */
    private static JsonNode schema(String kind) {
        for (JsonNode reference : SCHEMAS.at("/Spec/properties/dictionary/oneOf")) {
            JsonNode schema = SCHEMAS.at(reference.path("$ref").asText().substring("#/components/schemas".length()));
            if (schema.at("/properties/kind/const").asText().equals(kind)) {
                return schema;
            }
        }
        throw new AssertionError("no schema for " + kind);
    }

    private static JsonNode spec(String kind) {
        KindDefaults defaults = java.util.Objects.requireNonNull(KindDefaults.of(kind));
        return UserJson.tree(new VariantSpec("a", "stream", defaults.dictionary(), defaults.training(), "earliest"));
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
