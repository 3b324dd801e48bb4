package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.baseline.RandomKind.Random;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind.TokenMean;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluKind.JumpRelu;
import dev.sluice.trainer.dictionary.sae.relu.PAnnealKind.PAnneal;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.dictionary.sae.topk.BatchTopKKind.BatchTopK;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentKind.KMeansLatent;
import dev.sluice.trainer.dictionary.sae.topk.MatryoshkaKind.Matryoshka;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Specs that cannot be trained are refused by field, rule and value, before anything is allocated. */
class ViolationsTest {
    private static final int WIDTH = 32;
    private static final TrainingSpec TRAINING = Specs.training(128, 10, 1e-3);

    static List<VariantSpec> everyKind() {
        return Specs.everyKind();
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void shouldFindNothingWrongWithAGoodSpec(VariantSpec spec) {
        assertThat(violations(spec)).isEmpty();
    }

    @Test
    void shouldRefuseImpossibleTopKValues() {
        assertThat(violations(TopK.of(Map.of(
                        "latents",
                        64,
                        "k",
                        80,
                        "aux-coefficient",
                        Double.NaN,
                        "aux-k",
                        -1,
                        "aux-normalisation",
                        "eleuther",
                        "dead-tokens",
                        -5,
                        "decoder-norm",
                        "norm",
                        "candidates",
                        "int8"))))
                .containsExactlyInAnyOrder(
                        "dictionary.decoder-norm must be one of [free, unit], got norm",
                        "dictionary.k must be at most dictionary.latents 64, got 80",
                        "dictionary.aux-coefficient must be finite and not negative, got NaN",
                        "dictionary.aux-k must be at least 0, got -1",
                        "dictionary.aux-normalisation must be one of [openai, saelens], got eleuther",
                        "dictionary.dead-tokens must be at least 0, got -5",
                        "dictionary.candidates must be one of [auto, bfloat16, float32], got int8");
        assertThat(violations(Specs.topK(0, 0)))
                .contains("dictionary.latents must be positive, got 0", "dictionary.k must be positive, got 0");
        assertThat(violations(Specs.topK(-3, 1))).contains("dictionary.latents must be positive, got -3");
    }

    @Test
    void shouldRefuseImpossibleBatchTopKAndMatryoshkaValues() {
        assertThat(violations(BatchTopK.of(Map.of(
                        "latents", 64,
                        "k", 65,
                        "aux-coefficient", Double.POSITIVE_INFINITY,
                        "aux-k", -1,
                        "aux-normalisation", "x",
                        "dead-tokens", -5,
                        "decoder-norm", "norm"))))
                .containsExactlyInAnyOrder(
                        "dictionary.decoder-norm must be one of [free, unit], got norm",
                        "dictionary.k must be at most dictionary.latents 64, got 65",
                        "dictionary.aux-coefficient must be finite and not negative, got Infinity",
                        "dictionary.aux-k must be at least 0, got -1",
                        "dictionary.aux-normalisation must be one of [openai, saelens], got x",
                        "dictionary.dead-tokens must be at least 0, got -5");
        for (List<Integer> prefixes : List.of(List.of(64), List.of(0), List.of(8, 8), List.of(9, 8), List.of(-1))) {
            assertThat(violations(Matryoshka.of(Map.of("latents", 64, "k", 4, "prefixes", prefixes))))
                    .containsExactlyInAnyOrder(
                            "dictionary.prefixes must be ascending, positive and below dictionary.latents 64," + " got "
                                    + prefixes);
        }
        List<Integer> many = IntStream.range(1, 80).boxed().toList();
        assertThat(violations(Matryoshka.of(Map.of("latents", 100, "k", 4, "prefixes", many))))
                .containsExactlyInAnyOrder("dictionary.prefixes must be at most 64, got 79");
        assertThat(violations(Specs.batchTopK(1_000_000_000, 16))).isNotEmpty();
        VariantSpec reference =
                Specs.variant(Specs.batchTopK(1 << 17, 16), Specs.reference(Specs.training(4096, 10, 1e-3)));
        assertThat(violations(reference))
                .containsExactlyInAnyOrder(
                        "dictionary.latents x training.batch-tokens must be so that a tensor of 4096 x 131072"
                                + " float32 takes at most 2 GiB, got 2.0 GiB");
        assertThat(violations(Specs.matryoshka(1_000_000_000, 16))).isNotEmpty();
    }

    @Test
    void shouldRefuseImpossibleJumpReluAndGatedValues() {
        double nan = Double.NaN;
        assertThat(violations(JumpRelu.of(Map.of(
                        "latents", 64,
                        "sparsity-loss", "l2",
                        "l0-coefficient", -1,
                        "l0-warm-up", 2,
                        "l0-target", 0,
                        "bandwidth", 0,
                        "initial-threshold", nan,
                        "tanh-scale", -1,
                        "pre-act-coefficient", nan,
                        "dead-tokens", -1))))
                .containsExactlyInAnyOrder(
                        "dictionary.sparsity-loss must be one of [l0, tanh, target-l0], got l2",
                        "dictionary.l0-coefficient must be finite and not negative, got -1.0",
                        "dictionary.l0-warm-up must be between 0 and 1, got 2.0",
                        "dictionary.l0-target must be finite and positive, got 0.0",
                        "dictionary.bandwidth must be finite and positive, got 0.0",
                        "dictionary.initial-threshold must be finite and positive, got NaN",
                        "dictionary.tanh-scale must be finite and positive, got -1.0",
                        "dictionary.pre-act-coefficient must be finite and not negative, got NaN",
                        "dictionary.dead-tokens must be at least 0, got -1");
        assertThat(violations(new Gated(64, nan, -1, "norm")))
                .containsExactlyInAnyOrder(
                        "dictionary.decoder-norm must be one of [free, unit], got norm",
                        "dictionary.l1-coefficient must be finite and not negative, got NaN",
                        "dictionary.l1-warm-up must be between 0 and 1, got -1.0");
        assertThat(violations(new Gated(64, 1, 0, "free")))
                .containsExactlyInAnyOrder(
                        "dictionary.decoder-norm must be unit for gated, unless training.reference is saelens-6.18,"
                                + " got free");
        assertThat(violations(Specs.jumpRelu(1_000_000_000, "l0"))).isNotEmpty();
        assertThat(violations(new Gated(1_000_000_000, 1, 0, "unit"))).isNotEmpty();
    }

    @Test
    void shouldRefuseImpossibleStandardValues() {
        assertThat(violations(Standard.of(Map.of("latents", 64, "l1-coefficient", -1, "l1-warm-up", 1.5))))
                .containsExactlyInAnyOrder(
                        "dictionary.l1-coefficient must be finite and not negative, got -1.0",
                        "dictionary.l1-warm-up must be between 0 and 1, got 1.5");
    }

    @Test
    void shouldRefuseDictionariesThatDoNotFit() {
        assertThat(violations(Specs.topK(Integer.MAX_VALUE, 1)))
                .anyMatch(text -> text.startsWith("dictionary.latents must be so that a tensor of 2147483647 x 32"
                        + " float32 takes at most 2 GiB, got 256.0 GiB"));
        assertThat(violations(Specs.topK(16_000_000, 1)))
                .containsExactlyInAnyOrder(
                        "dictionary.latents must be so that the variant takes at most 16 GiB, got about 32.4 GiB");
        assertThat(violations(new KMeans(Integer.MAX_VALUE, 0))).isNotEmpty();
        VariantSpec wide = Specs.variant(Specs.standard(1 << 20), Specs.training(4096, 10, 1e-3));
        assertThat(violations(wide))
                .anyMatch(text -> text.startsWith("dictionary.latents x training.batch-tokens must be"));
    }

    @Test
    void shouldRefuseImpossibleTraining() {
        TrainingSpec training = TrainingKeys.spec(
                new TopKKind().descriptor(),
                Map.of(
                        "learning-rate", Double.NaN,
                        "batch-tokens", 8,
                        "epochs", 0,
                        "tokens", 0,
                        "warm-up", 0.7,
                        "decay", 0.6,
                        "clip-norm", -1,
                        "normalisation", "l2",
                        "seed", 1,
                        "checkpoint-tokens", 0));
        VariantSpec spec = Specs.variant(Specs.topK(64, 4), training);

        assertThat(violations(spec))
                .containsExactlyInAnyOrder(
                        "training.batch-tokens must be at least 16, got 8",
                        "training.epochs must be positive, got 0",
                        "training.tokens must be positive, got 0",
                        "training.checkpoint-tokens must be positive, got 0",
                        "training.learning-rate must be finite and positive, got NaN",
                        "training.warm-up + training.decay must be at most 1, got 1.2999999999999998",
                        "training.clip-norm must be finite and not negative, got -1.0",
                        "training.normalisation must be one of [constant-norm-rescale, expected-average, layer-norm,"
                                + " none], got l2");
    }

    @Test
    void shouldRefuseImpossibleOptionsOfTraining() {
        TrainingSpec training = TrainingKeys.spec(
                new TopKKind().descriptor(),
                Map.ofEntries(
                        Map.entry("batch-tokens", 128),
                        Map.entry("epochs", 1),
                        Map.entry("tokens", 1280),
                        Map.entry("checkpoint-tokens", 1280),
                        Map.entry("schedule", "stairs"),
                        Map.entry("adam.beta1", 1),
                        Map.entry("adam.beta2", -0.1),
                        Map.entry("adam.epsilon", 0),
                        Map.entry("adam.weight-decay", Double.NaN),
                        Map.entry("decoder-bias", "mode"),
                        Map.entry("skip-classes", List.of("rest")),
                        Map.entry("reference", "saelens-5")));
        VariantSpec spec = Specs.variant(Specs.topK(64, 4), training);

        assertThat(violations(spec))
                .containsExactlyInAnyOrder(
                        "training.skip-classes must be one of [first-position, norm-outlier, special-token], got rest",
                        "training.schedule must be one of [constant, cosine, linear], got stairs",
                        "training.adam.beta1 must be in [0, 1), got 1.0",
                        "training.adam.beta2 must be in [0, 1), got -0.1",
                        "training.adam.epsilon must be finite and positive, got 0.0",
                        "training.adam.weight-decay must be finite and not negative, got NaN",
                        "training.decoder-bias must be one of [geometric-median, mean, zero], got mode",
                        "training.reference must be one of [none, saelens-6.18], got saelens-5");
    }

    @Test
    void shouldRefuseImpossiblePAnnealValuesAndOptionsOfTheL1Penalty() {
        assertThat(violations(PAnneal.of(Map.of(
                        "latents", 64,
                        "coefficient", -1,
                        "coefficient-warm-up", 2,
                        "anneal-start", -1,
                        "p-end", 0.05,
                        "steps", 0,
                        "decoder-norm", "free",
                        "resample-tokens", -1))))
                .containsExactlyInAnyOrder(
                        "dictionary.coefficient must be finite and not negative, got -1.0",
                        "dictionary.coefficient-warm-up must be between 0 and 1, got 2.0",
                        "dictionary.anneal-start must be between 0 and 1, got -1.0",
                        "dictionary.p-end must be between 0.1 and 1, got 0.05",
                        "dictionary.steps must be between 1 and 1000000, got 0",
                        "dictionary.resample-tokens must be at least 0, got -1");
        assertThat(violations(Standard.of(Map.of(
                        "latents", 64,
                        "l1-coefficient", 1,
                        "l1-warm-up", 0,
                        "penalty-weight", "l2",
                        "resample-tokens", -1))))
                .containsExactlyInAnyOrder(
                        "dictionary.penalty-weight must be one of [decoder-norm, none], got l2",
                        "dictionary.resample-tokens must be at least 0, got -1");
        assertThat(violations(Specs.pAnneal(1_000_000_000, 0))).isNotEmpty();
    }

    @Test
    void shouldRefuseImpossibleKMeansLatentValues() {
        assertThat(violations(new KMeansLatent(64, 65, 0, Double.NaN, -1, -2)))
                .containsExactlyInAnyOrder(
                        "dictionary.k must be at most dictionary.latents 64, got 65",
                        "dictionary.centroids must be positive, got 0",
                        "dictionary.commitment must be finite and not negative, got NaN",
                        "dictionary.init-rows must be at least 0, got -1",
                        "dictionary.half-life-tokens must be at least 0, got -2");
        assertThat(violations(new KMeansLatent(-1, 0, -1, -1, 15, 0)))
                .contains(
                        "dictionary.latents must be positive, got -1",
                        "dictionary.k must be positive, got 0",
                        "dictionary.centroids must be positive, got -1",
                        "dictionary.commitment must be finite and not negative, got -1.0");
        assertThat(violations(new KMeansLatent(64, 4, 100, 1, 99, 0)))
                .containsExactlyInAnyOrder(
                        "dictionary.init-rows must be 0, or at least 16 and at least dictionary.centroids 100,"
                                + " got 99");
        assertThat(violations(new KMeansLatent(64, 4, 1_000_000_000, 1, 0, 0)))
                .anyMatch(text -> text.startsWith(
                        "dictionary.centroids x dictionary.latents must be so that a tensor" + " of 1000000000 x 64"));
        assertThat(violations(new KMeansLatent(64, 4, 8, 1, Integer.MAX_VALUE, 0)))
                .contains("dictionary.init-rows x dictionary.latents must be so that a tensor of 2147483647 x 64"
                        + " float32 takes at most 2 GiB, got 512.0 GiB");
        assertThat(violations(new KMeansLatent(1_000_000_000, 4, 8, 1, 0, 0))).isNotEmpty();
        assertThat(violations(new KMeansLatent(Integer.MAX_VALUE, 4, Integer.MAX_VALUE, 1, 0, 0)))
                .isNotEmpty();
    }

    @Test
    void shouldRefuseImpossibleKMeansAndPcaValues() {
        assertThat(violations(new KMeans(100, 99)))
                .containsExactlyInAnyOrder(
                        "dictionary.init-rows must be 0, or at least 16 and at least dictionary.latents 100, got 99");
        assertThat(violations(new KMeans(100, 0, "random", -1, -2)))
                .containsExactlyInAnyOrder(
                        "dictionary.seeding must be one of [greedy, token-means], got random",
                        "dictionary.half-life-tokens must be at least 0, got -1",
                        "dictionary.split-tokens must be at least 0, got -2");
        assertThat(violations(new KMeans(1_000_000_000, 0)))
                .anyMatch(text -> text.startsWith("dictionary.latents must be so that a tensor of 1000000000 x 32"));
        assertThat(violations(new Pca(List.of(), List.of())))
                .containsExactlyInAnyOrder("dictionary.fixed and dictionary.per-token must be not both empty, got []");
        assertThat(violations(new Pca(List.of(0, 33, 4), List.of(2, 2))))
                .containsExactlyInAnyOrder(
                        "dictionary.fixed must be between 1 and the width 32, got 0",
                        "dictionary.fixed must be between 1 and the width 32, got 33",
                        "dictionary.per-token must be without repetition, got [2, 2]");
        assertThat(violations(new Pca(List.of(4), List.of(), "svd", 3, Double.NaN)))
                .containsExactlyInAnyOrder(
                        "dictionary.method must be one of [exact, incremental], got svd",
                        "dictionary.refresh must be finite and not negative, got NaN",
                        "dictionary.components must be 0 unless the method is incremental, got 3");
        assertThat(violations(incremental(List.of(4), 1_000_000_000)))
                .containsExactlyInAnyOrder(
                        "dictionary.components must be at most the width 32 and training.batch-tokens 128,"
                                + " got 1000000000");
        VariantSpec skipping = Specs.variant(incremental(List.of(4), 6), Specs.skipping(TRAINING, "first-position"));
        assertThat(violations(skipping))
                .containsExactlyInAnyOrder(
                        "training.skip-classes must be [] where dictionary.method is incremental, which needs"
                                + " full batches, got [first-position]");
        assertThat(violations(incremental(List.of(8), 4)))
                .containsExactlyInAnyOrder("dictionary.components must be at least what every view has, 8, got 4");
        assertThat(violations(incremental(List.of(8), -1)))
                .contains("dictionary.components must be at least 0, got -1");
    }

    @Test
    void shouldNameAnUnknownKind() {
        assertThatThrownBy(() -> Kinds.ALL.of("tpok"))
                .hasMessageStartingWith("dictionary.kind must be one of [batch-topk, ")
                .hasMessageEndingWith(", topk], got tpok");
    }

    @Test
    void shouldRefuseImpossibleRandomAndTokenMeanValues() {
        assertThat(violations(new Random(20, 33)))
                .containsExactlyInAnyOrder(
                        "dictionary.k must be at most dictionary.latents 20, got 33",
                        "dictionary.k must be at most the width 32, got 33");
        assertThat(violations(new Random(-1, 0)))
                .contains("dictionary.latents must be positive, got -1", "dictionary.k must be positive, got 0");
        assertThat(violations(new Random(1_000_000_000, 4)))
                .anyMatch(text -> text.startsWith("dictionary.latents must be so that a tensor of 1000000000 x 32"));
        assertThat(violations(new TokenMean(0)))
                .containsExactlyInAnyOrder("dictionary.latents must be positive, got 0");
        assertThat(violations(new TokenMean(1_000_000_000)))
                .anyMatch(text -> text.startsWith("dictionary.latents must be so that a tensor of 1000000000 x 32"));
    }

    private static Pca incremental(List<Integer> fixed, int components) {
        return new Pca(fixed, List.of(), Pca.INCREMENTAL, components, 0);
    }

    private static List<String> violations(DictionarySpec dictionary) {
        VariantSpec spec = Specs.variant(dictionary, TRAINING);
        return violations(spec);
    }

    private static List<String> violations(VariantSpec spec) {
        return Kind.of(spec).violations(spec, WIDTH).stream()
                .map(Violation::message)
                .toList();
    }
}
