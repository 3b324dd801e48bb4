package dev.sluice.trainer.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.Violation;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.stream.PublishedStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariantFileTest {
    private static final StreamSpec STREAM = PublishedStream.spec(128, 1);
    private static final StreamSpec OTHER = PublishedStream.spec(128, 2);
    private final VariantFile file = new VariantFile(new VariantDefaults(List.of(STREAM), 5, 640_000));

    @Test
    void shouldFillEverythingButIdAndKind() {
        List<VariantSpec> specs = file.parse("v.yaml", "id: a\ndictionary: {kind: topk}");

        assertThat(specs)
                .containsExactly(new VariantSpec(
                        "a",
                        STREAM.id(),
                        TopK.of(Map.of(
                                "latents", 1024,
                                "k", 16,
                                "aux-coefficient", 1,
                                "aux-k", 0,
                                "aux-normalisation", "saelens",
                                "dead-tokens", 0,
                                "rescale-by-decoder-norm", true,
                                "decoder-norm", "free")),
                        TrainingKeys.spec(
                                new TopKKind().descriptor(),
                                Map.of(
                                        "learning-rate", 8e-3,
                                        "batch-tokens", 1024,
                                        "epochs", 5,
                                        "tokens", 640_000,
                                        "warm-up", 0.05,
                                        "decay", 0.5,
                                        "clip-norm", 1,
                                        "normalisation", "expected-average",
                                        "seed", 0,
                                        "checkpoint-tokens", 65_536)),
                        "earliest"));
    }

    @Test
    void shouldHaveDefaultsThatEveryKindAccepts() {
        String text = "variants:\n"
                + String.join(
                        "",
                        Kinds.ALL.creatable().stream()
                                .map(kind -> "  - {id: " + kind + ", dictionary: {kind: " + kind + "}}\n")
                                .toList());

        assertThat(file.parse("v.yaml", text)).hasSize(Kinds.ALL.creatable().size());
    }

    @Test
    void shouldExpandListsToEveryCombinationWithReadableIds() {
        List<VariantSpec> specs = file.parse("v.yaml", """
                variants:
                  - id: topk
                    dictionary: {kind: topk, latents: 512, k: [8, 16]}
                    training: {learning-rate: [0.004, 1.5], skip-classes: [norm-outlier]}
                  - id: gated
                    dictionary: {kind: gated, l1-coefficient: [0.25]}
                """);

        assertThat(specs)
                .extracting(VariantSpec::id)
                .containsExactly("topk-k8-lr4e-3", "topk-k8-lr1p5", "topk-k16-lr4e-3", "topk-k16-lr1p5", "gated-c0p25");
        assertThat(specs.get(2).dictionary())
                .isInstanceOfSatisfying(TopK.class, topK -> assertThat(topK.k()).isEqualTo(16));
        assertThat(specs.get(2).training())
                .returns(4e-3, TrainingSpec::learningRate)
                .returns(List.of("norm-outlier"), TrainingSpec::skipClasses);
    }

    @Test
    void shouldMakeTheVariantsOfAGridAGroupWithItsId() {
        List<VariantSpec> specs = file.parse("v.yaml", """
                variants:
                  - {id: topk, dictionary: {kind: topk, k: [8, 16]}}
                  - {id: gated, group: dense, dictionary: {kind: gated, l1-coefficient: [1, 2]}}
                  - {id: l1, group: dense, dictionary: {kind: standard}}
                  - {id: alone, dictionary: {kind: topk}}
                """);

        assertThat(specs)
                .extracting(VariantSpec::id, VariantSpec::group)
                .containsExactly(
                        tuple("topk-k8", "topk"),
                        tuple("topk-k16", "topk"),
                        tuple("gated-c1", "dense"),
                        tuple("gated-c2", "dense"),
                        tuple("l1", "dense"),
                        tuple("alone", null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{id: a, group: My_Group, dictionary: {kind: topk}}   | variants[0].group must be a DNS label (1 to 63 of a-z, 0-9 and -, neither first nor last a -), got My_Group",
                "{id: a, group: 8, dictionary: {kind: topk}}          | variants[0].group must be a text, got 8",
                "{id: A_b, dictionary: {kind: topk, k: [8]}}          | variants[0].id must be a DNS label (1 to 63 of a-z, 0-9 and -, neither first nor last a -), got A_b-k8"
            })
    void shouldRefuseAGroupThatIsNoLabelOnce(String text, String expected) {
        VariantFileException refused =
                catchThrowableOfType(VariantFileException.class, () -> file.parse("v.yaml", text));

        assertThat(refused.violations()).extracting(Violation::message).containsExactly(expected);
    }

    @Test
    void shouldRefuseAGridThatIsTooLarge() {
        String seeds = String.join(", ", Collections.nCopies(17, "1"));
        String text = "id: a\ndictionary: {kind: topk, k: [" + seeds + "]}\ntraining: {seed: [" + seeds + "]}";

        assertThatThrownBy(() -> file.parse("v.yaml", text))
                .hasMessageContaining("variants[0] must stand for at most 256 variants, got 289 with training.seed");
    }

    @Test
    void shouldReadEveryKey() {
        VariantSpec spec = file.parse("v.yaml", """
                id: b
                from: earliest
                stream: %s
                dictionary:
                  kind: standard
                  latents: 512
                  l1-coefficient: 2.5
                  l1-warm-up: 0.1
                  decoder-norm: unit
                  centre-input: false
                training:
                  learning-rate: 1e-3
                  batch-tokens: 2048
                  epochs: 2
                  warm-up: 0
                  decay: 0.5
                  clip-norm: 0
                  normalisation: none
                  seed: -3
                  checkpoint-tokens: 100000
                """.formatted(STREAM.id())).get(0);

        assertThat(spec.dictionary())
                .isEqualTo(Standard.of(Map.of(
                        "latents",
                        512,
                        "l1-coefficient",
                        2.5,
                        "l1-warm-up",
                        0.1,
                        "decoder-norm",
                        "unit",
                        "centre-input",
                        false)));
        assertThat(spec.training())
                .isEqualTo(TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.of(
                                "learning-rate", 1e-3,
                                "batch-tokens", 2048,
                                "epochs", 2,
                                "tokens", 256_000,
                                "warm-up", 0,
                                "decay", 0.5,
                                "clip-norm", 0,
                                "normalisation", "none",
                                "seed", -3,
                                "checkpoint-tokens", 100_000)));
    }

    @Test
    void shouldReadEveryOptionOfTraining() {
        TrainingSpec training = file.parse("v.yaml", """
                id: a
                dictionary: {kind: gated, latents: 64}
                training:
                  tokens: 6400
                  checkpoint-tokens: 6400
                  normalisation: layer-norm
                  schedule: cosine
                  adam: {beta1: 0, weight-decay: 1e-4}
                  decoder-bias: geometric-median
                  skip-classes: [norm-outlier, first-position]
                  reference: saelens-6.18
                """).get(0).training();

        assertThat(training)
                .isEqualTo(TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.ofEntries(
                                Map.entry("learning-rate", 16e-3),
                                Map.entry("batch-tokens", 1024),
                                Map.entry("epochs", 5),
                                Map.entry("tokens", 6400),
                                Map.entry("warm-up", 0.05),
                                Map.entry("decay", 0.5),
                                Map.entry("clip-norm", 1),
                                Map.entry("normalisation", "layer-norm"),
                                Map.entry("seed", 0),
                                Map.entry("checkpoint-tokens", 6400),
                                Map.entry("schedule", "cosine"),
                                Map.entry("adam.beta1", 0),
                                Map.entry("adam.beta2", 0.999),
                                Map.entry("adam.epsilon", 1e-8),
                                Map.entry("adam.weight-decay", 1e-4),
                                Map.entry("decoder-bias", "geometric-median"),
                                Map.entry("skip-classes", List.of("first-position", "norm-outlier")),
                                Map.entry("reference", "saelens-6.18"))));
    }

    @Test
    void shouldReadListsSeveralDocumentsAndJson(@TempDir Path folder) throws IOException {
        Path yaml = Files.writeString(folder.resolve("v.yaml"), """
                variants:
                  - {id: a, dictionary: {kind: kmeans, latents: 64}}
                  - {id: b, dictionary: {kind: pca, fixed: [2, 4], per-token: []}}
                ---
                id: c
                dictionary: {kind: topk, k: 8}
                """);

        assertThat(file.read(yaml)).extracting(VariantSpec::id).containsExactly("a", "b", "c");
        assertThat(file.parse("v.json", "{\"variants\": [{\"id\": \"a\", \"dictionary\": {\"kind\": \"topk\"}}]}"))
                .hasSize(1);
    }

    @Test
    void shouldReportEveryViolationAtOnceWithItsPath() {
        VariantFileException refused =
                catchThrowableOfType(VariantFileException.class, () -> file.parse("v.yaml", """
                variants:
                  - id: A_b
                    dictionary: {kind: topk, latent: 12}
                  - id: ok
                    dictionary: {kind: tpok}
                  - id: big
                    dictionary: {kind: topk, k: 4096}
                    training: {batch-tokens: 1.5, decay: 2, warmup: 0.1, seed: x}
                    colour: red
                """));

        assertThat(refused.violations())
                .extracting(Violation::message)
                .anyMatch(line -> line.startsWith("variants[0].id must be a DNS label") && line.endsWith("got A_b"))
                .anyMatch(
                        line -> line.startsWith(
                                "variants[0].dictionary.latent is not a key of a dictionary of kind topk; did you mean latents?"))
                .anyMatch(line -> line.startsWith("variants[1].dictionary.kind must be one of batch-topk, ")
                        && line.endsWith(", topk, got tpok; did you mean topk?"))
                .contains("variants[2].dictionary.k must be at most dictionary.latents 1024, got 4096")
                .contains("variants[2].training.batch-tokens must be a whole number of at least 16, got 1.5")
                .contains("variants[2].training.decay must be a number from 0.0 to 1.0, got 2")
                .anyMatch(line ->
                        line.startsWith("variants[2].training.warmup is not a key of training; did you mean warm-up?"))
                .anyMatch(line -> line.startsWith("variants[2].training.seed must be a whole number"))
                .anyMatch(line -> line.startsWith("variants[2].colour is not a key of a variant"))
                .hasSize(9);
        assertThat(refused).hasMessageStartingWith("v.yaml: 9 problems");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id: [a]                                          | variants[0].id must be a text, got [\"a\"]",
                "dictionary: {kind: topk}                         | variants[0].id must be a DNS label",
                "id: a                                            | variants[0].dictionary.kind must be one of",
                "{id: a, dictionary: topk}                        | variants[0].dictionary must be an object",
                "{id: a, from: row -1, dictionary: {kind: topk}}  | variants[0].from must be earliest, latest, row N, or timestamp T (milliseconds since 1970, or as 2026-11-25T09:00:00Z), got row -1",
                "{id: a, from: sometimes, dictionary: {kind: topk}}  | variants[0].from must be earliest, latest, row N, or timestamp T",
                "{id: a, stream: x, dictionary: {kind: topk}}     | variants[0].stream must be one of made-",
                "{id: a, id: b, dictionary: {kind: topk}}         | Duplicate field 'id'",
                "{id: a, dictionary: {kind: topk, k: -1}}         | variants[0].dictionary.k must be a whole number of at least 1, got -1",
                "{id: a, dictionary: {kind: topk, k: 99999999999}} | variants[0].dictionary.k must be a whole number",
                "{id: a, dictionary: {kind: topk, latents: '12'}} | variants[0].dictionary.latents must be a whole number",
                "{id: a, dictionary: {kind: topk, latents: 1000000000}} | variants[0].dictionary.latents",
                "{id: a, dictionary: {kind: pca, fixed: 3}}       | variants[0].dictionary.fixed must be a list",
                "{id: a, dictionary: {kind: pca, fixed: [500]}}   | variants[0].dictionary.fixed",
                "{id: a, dictionary: {kind: topk}, training: {learning-rate: .nan}} | Malformed numeric value",
                "{id: a, dictionary: {kind: topk}, training: {learning-rate: 0}} | variants[0].training.learning-rate must be",
                "{id: a, dictionary: {kind: topk, rescale-by-decoder-norm: 1}} | must be true or false, got 1",
                "{id: a, dictionary: {kind: batch-topk, latents: 8, k: 9}} | variants[0].dictionary.k must be at most dictionary.latents 8, got 9",
                "{id: a, dictionary: {kind: batch-topk, latents: 1000000000}} | variants[0].dictionary.latents",
                "{id: a, dictionary: {kind: matryoshka, prefixes: 8}}  | variants[0].dictionary.prefixes must be a list of whole numbers, got 8",
                "{id: a, dictionary: {kind: matryoshka, prefixes: [8, 4]}} | variants[0].dictionary.prefixes must be ascending",
                "{id: a, dictionary: {kind: jump-relu, sparsity-loss: l2}} | variants[0].dictionary.sparsity-loss must be one of",
                "{id: a, dictionary: {kind: jump-relu, bandwidth: 0}}  | variants[0].dictionary.bandwidth must be finite and positive, got 0.0",
                "{id: a, dictionary: {kind: gated, l1-coefficient: -1}} | variants[0].dictionary.l1-coefficient must be a number of at least 0.0, got -1",
                "{id: a, dictionary: {kind: p-anneal, p-end: 0}}  | variants[0].dictionary.p-end must be a number from 0.1 to 1.0, got 0",
                "{id: a, dictionary: {kind: standard, penalty-weight: l2}} | variants[0].dictionary.penalty-weight must be one of",
                "{id: a, dictionary: {kind: topk}, training: {adam: 3}} | variants[0].training.adam must be an object with keys, got 3",
                "{id: a, dictionary: {kind: topk}, training: {adam: {beta1: 1}}} | variants[0].training.adam.beta1 must be in [0, 1), got 1.0",
                "{id: a, dictionary: {kind: topk}, training: {adam: {beta3: 1}}} | variants[0].training.adam.beta3 is not a key of adam",
                "{id: a, dictionary: {kind: topk}, training: {skip-classes: [rest]}} | variants[0].training.skip-classes must be a list of first-position, norm-outlier, special-token",
                "{id: a, dictionary: {kind: topk}, training: {reference: saelens-5}} | variants[0].training.reference must be one of none, saelens-6.18",
                "variants: {}                                     | variants must be a list",
                "'{variants: [], variant: 1}'                     | variant is not a key beside variants; did you mean variants?",
                "'# nothing'                                      | there must be at least one variant",
                "'a: [unclosed'                                   | v.yaml: cannot be read as YAML or JSON at line 1, column 13: the list that begins at line 1, column 4 must go on with ',' or end with ']'",
                "'{id: a, dictionary: {kind: topk}'               | column 33: the object that begins at line 1, column 1 must go on with ',' or end with '}'",
                "'id: a: b'                                       | at line 1, column 6: a key with ':' must begin a line of its own, and a text that holds ': ' must be in quotes",
                "'variants: ['                                    | at line 1, column 12: a value must stand here",
                "'id: @a'                                         | at line 1, column 5: a text must not begin with @ unless it is in quotes",
                "'id: ''a'                                        | at line 1, column 7: the text in quotes that begins at line 1, column 5 must end with a quote",
                "'{\"id\": \"a\", \"id\": \"b\"}'                 | v.yaml: cannot be read as YAML or JSON at line 1, column 17: Duplicate field 'id'"
            })
    void shouldRefuseBadInputNamingPathRuleAndValue(String text, String expected) {
        assertThatThrownBy(() -> file.parse("v.yaml", text))
                .isInstanceOf(VariantFileException.class)
                .hasMessageContaining(expected.strip());
    }

    @Test
    void shouldSayInOneLineWhereTheIndentationIsWrong() {
        assertThatThrownBy(() -> file.parse("v.yaml", "variants:\n  - id: a\n   dictionary: {kind: topk}\n"))
                .hasMessage("v.yaml: cannot be read as YAML or JSON at line 3, column 4: the entries of the list that"
                        + " begins at line 2, column 3 must be indented alike");
        assertThatThrownBy(() -> file.parse("v.yaml", "id: a\n- b"))
                .hasMessageEndingWith("at line 2, column 1: the keys of the object that begins at line 1, column 1 must"
                        + " be indented alike");
        assertThatThrownBy(() -> file.parse("v.yaml", "id: a\ndictionary:\n\tkind: topk"))
                .hasMessageEndingWith("at line 3, column 1: lines must be indented by spaces, not by tabs");
    }

    @Test
    void shouldRefuseAnIdThatIsUsedTwice() {
        assertThatThrownBy(() ->
                        file.parse("v.yaml", "id: a\ndictionary: {kind: topk}\n---\nid: a\ndictionary: {kind: pca}"))
                .hasMessageContaining("id a must be used once only");
    }

    @Test
    void shouldExpandAVariantOverTheStreamsOfTheRun() {
        StreamSpec deeper =
                new StreamSpec(STREAM.order(), new RowValues("none", "1", null, "blocks.3.hook_mlp_out", 128, "F32"));
        VariantFile two = new VariantFile(new VariantDefaults(List.of(STREAM, deeper), 1, 1000));

        assertThat(two.parse("v.yaml", "id: a\ndictionary: {kind: topk}"))
                .extracting(VariantSpec::id, VariantSpec::stream)
                .containsExactly(tuple("a-l1-resid-post", STREAM.id()), tuple("a-l3-mlp-out", deeper.id()));
        assertThat(two.parse("v.yaml", "id: a\ndictionary: {kind: topk, k: [8, 16]}"))
                .extracting(VariantSpec::group)
                .containsOnly("a")
                .hasSize(4);
        assertThat(two.parse("v.yaml", "id: a\nstream: " + deeper.id() + "\ndictionary: {kind: topk}"))
                .extracting(VariantSpec::id)
                .containsExactly("a");
        assertThat(new VariantFile(new VariantDefaults(List.of(STREAM, OTHER), 1, 1000))
                        .parse("v.yaml", "id: a\ndictionary: {kind: topk}"))
                .extracting(VariantSpec::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.startsWith("a-l1-resid-post-"));
    }
}
