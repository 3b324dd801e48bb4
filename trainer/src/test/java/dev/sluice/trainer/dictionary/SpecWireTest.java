package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Specs on the wire, and in the headers of checkpoints. */
class SpecWireTest {
    static List<VariantSpec> everyKind() {
        return Specs.everyKind();
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void shouldReadWhatItWrites(VariantSpec spec) {
        assertThat(Json.read(Json.write(spec), VariantSpec.class)).isEqualTo(spec);
    }

    @Test
    void shouldCarryTheGroupAndLeaveOutTheOneThatIsAbsent() {
        VariantSpec alone = Specs.everyKind().get(0);
        VariantSpec grouped = new VariantSpec(
                alone.id(), alone.stream(), alone.dictionary(), alone.training(), alone.from(), "together");

        assertThat(Json.read(Json.write(grouped), VariantSpec.class)).isEqualTo(grouped);
        assertThat(new String(Json.write(grouped), StandardCharsets.UTF_8)).contains("\"group\":\"together\"");
        assertThat(new String(Json.write(alone), StandardCharsets.UTF_8)).doesNotContain("group");
    }

    @Test
    void shouldReadSpecsFromBeforeThereWereOptionsWithTheDefaults() {
        String old = """
                {"id": "test", "stream": "stream", "from": "earliest",
                 "dictionary": {"kind": "topk", "latents": 64, "k": 4, "aux_coefficient": 1, "aux_k": 0,
                  "aux_normalisation": "saelens", "dead_tokens": 0, "rescale_by_decoder_norm": true,
                  "decoder_norm": "free"},
                 "training": {"learning_rate": 0.001, "batch_tokens": 128, "epochs": 1, "tokens": 1280,
                  "warm_up": 0.05, "decay": 0.2, "clip_norm": 1, "normalisation": "expected-average", "seed": 7,
                  "checkpoint_tokens": 1280}}""";

        assertThat(Json.read(old.getBytes(StandardCharsets.UTF_8), VariantSpec.class))
                .isEqualTo(Specs.variant(
                        TopK.of(Map.of(
                                "latents", 64,
                                "k", 4,
                                "aux-coefficient", 1,
                                "aux-k", 0,
                                "aux-normalisation", AuxK.SAELENS,
                                "dead-tokens", 0,
                                "rescale-by-decoder-norm", true,
                                "decoder-norm", SaeRules.FREE,
                                "multi-topk", 0,
                                "candidates", TopK.FLOAT32)),
                        Specs.training(128, 10, 1e-3)));
    }
}
