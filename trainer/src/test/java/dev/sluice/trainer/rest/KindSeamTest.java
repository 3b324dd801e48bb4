package dev.sluice.trainer.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.Violation;
import dev.sluice.trainer.rest.MirrorKind.Mirror;
import dev.sluice.trainer.spec.VariantDefaults;
import dev.sluice.trainer.spec.VariantFile;
import dev.sluice.trainer.spec.VariantFileException;
import dev.sluice.trainer.stream.PublishedStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A kind that nothing but its own class describes is read, refused, shown and carried as every other. */
class KindSeamTest {
    private static final StreamSpec STREAM = PublishedStream.spec(128, 1);
    private static final Kinds KINDS = new Kinds(List.of(new MirrorKind(), Kinds.ALL.of("topk")));

    private final VariantFile file = new VariantFile(new VariantDefaults(List.of(STREAM), 1, 1_000_000), KINDS);

    @Test
    void shouldBeReadWithItsDefaults() {
        VariantSpec spec = file.parse("v.yaml", "id: m\ndictionary: {kind: mirror, k: 2, angles: [30, 60]}")
                .get(0);

        assertThat(spec.dictionary()).isEqualTo(new Mirror(64, 2, 0.5, "plain", List.of(30, 60)));
        assertThat(spec.training().learningRate()).isEqualTo(3e-3);
    }

    @Test
    void shouldStandForItsCombinationsInAGrid() {
        assertThat(file.parse(
                        "v.yaml", "id: m\ndictionary: {kind: mirror, gloss-share: [0.25, 0.5], angles: [30, 60]}"))
                .extracting(VariantSpec::id)
                .containsExactly("m-g0p25", "m-g0p5");
    }

    @Test
    void shouldBeRefusedByFieldRuleAndValue() {
        assertThat(refused("{kind: mirror, latents: 8, k: 9, gloss-share: 2, glass: clear}"))
                .extracting(Violation::field, Violation::rule, Violation::value)
                .containsExactly(
                        tuple("variants[0].dictionary.gloss-share", "must be a number from 0.0 to 1.0", "2"),
                        tuple("variants[0].dictionary.glass", "must be one of frosted, plain", "clear"),
                        tuple("variants[0].dictionary.k", "must be at most dictionary.latents 8", "9"));
        assertThat(refused("{kind: mirror, gloss-share: 1, latents: 4, angles: [1, 2, 3, 4, 5]}"))
                .extracting(Violation::field, Violation::rule, Violation::value)
                .containsExactly(
                        tuple("variants[0].dictionary.gloss-share", "must be in [0, 1)", "1.0"),
                        tuple("variants[0].dictionary.angles", "must be at most dictionary.latents 4", "5"));
        assertThat(refused("{kind: mirrors}"))
                .extracting(Violation::message)
                .containsExactly(
                        "variants[0].dictionary.kind must be one of mirror, topk, got mirrors; did you mean mirror?");
    }

    @Test
    void shouldBeRefusedWithoutAKeyThatHasNoDefault() {
        Kind sized = new MirrorKind() {
            @Override
            public @Nullable Object absent(Key key, int width) {
                return key.name().equals("latents") ? null : super.absent(key, width);
            }
        };
        VariantFile withSized = new VariantFile(new VariantDefaults(List.of(STREAM), 1, 1), new Kinds(List.of(sized)));

        assertThat(withSized.parse("v.yaml", "id: m\ndictionary: {kind: mirror, latents: 8}"))
                .extracting(VariantSpec::dictionary)
                .containsExactly(new Mirror(8, 4, 0.5, "plain", List.of()));
        assertThat(refused(withSized, "{kind: mirror}"))
                .extracting(Violation::message)
                .containsExactly("variants[0].dictionary.latents must be given, got nothing");
        assertThat(refused(withSized, "{kind: mirror, latents: 2.5}"))
                .extracting(Violation::field, Violation::value)
                .containsExactly(tuple("variants[0].dictionary.latents", "2.5"));
    }

    private List<Violation> refused(String dictionary) {
        return refused(file, dictionary);
    }

    private static List<Violation> refused(VariantFile file, String dictionary) {
        return Objects.requireNonNull(Assertions.catchThrowableOfType(
                        VariantFileException.class, () -> file.parse("v.yaml", "id: m\ndictionary: " + dictionary)))
                .violations();
    }

    @Test
    void shouldBeListedWithItsKeys() {
        JsonNode listed = Json.mapper().valueToTree(KindsResource.of(KINDS));

        JsonNode mirror = listed.at("/kinds/0");
        assertThat(mirror.path("kind").asText()).isEqualTo("mirror");
        assertThat(mirror.path("name").asText()).isEqualTo("Mirror");
        assertThat(mirror.path("family").asText()).isEqualTo("baseline");
        assertThat(mirror.path("creatable").asBoolean()).isTrue();
        assertThat(mirror.at("/training_defaults/learning-rate").asDouble()).isEqualTo(3e-3);
        assertThat(StreamSupport.stream(mirror.path("dictionary").spliterator(), false))
                .extracting(
                        key -> key.path("key").asText(), key -> key.path("type").asText())
                .containsExactly(
                        tuple("latents", "integer"),
                        tuple("k", "integer"),
                        tuple("gloss-share", "number"),
                        tuple("glass", "text"),
                        tuple("angles", "integers"));
        JsonNode share = mirror.at("/dictionary/2");
        assertThat(share.path("default").asDouble()).isEqualTo(0.5);
        assertThat(share.path("minimum").asInt(-1)).isZero();
        assertThat(share.path("maximum").asInt()).isEqualTo(1);
        assertThat(share.path("exclusive_maximum").asBoolean()).isTrue();
        assertThat(share.path("unit").asText()).isEqualTo("of the light");
        assertThat(mirror.at("/dictionary/0/form").asBoolean()).isTrue();
        assertThat(mirror.at("/dictionary/3/words")).hasSize(2);
        assertThat(listed.at("/training/0/key").asText()).isEqualTo("learning-rate");
    }

    @Test
    void shouldBeCarriedByTopicsAndCheckpoints() {
        VariantSpec spec =
                file.parse("v.yaml", "id: m\ndictionary: {kind: mirror}").get(0);
        byte[] bytes = Json.write(spec);

        assertThat(new String(bytes, StandardCharsets.UTF_8))
                .contains(
                        "{\"kind\":\"mirror\",\"angles\":[],\"glass\":\"plain\",\"gloss_share\":0.5,\"k\":4,\"latents\":64}");
        assertThat(Json.read(bytes, VariantSpec.class)).isEqualTo(spec);
    }
}
