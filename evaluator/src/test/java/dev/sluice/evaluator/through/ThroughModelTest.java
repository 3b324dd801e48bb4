package dev.sluice.evaluator.through;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.job.FrozenVariant;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.TestRows;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.RowClass;
import dev.sluice.producer.contract.RowLabel;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.model.LanguageModel;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.Tensor;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.DenseCodes;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dictionaries that say themselves what the scores must be, and the values that {@code transformers} computes. */
@NullUnmarked
class ThroughModelTest {
    private static final Path GOLDEN = Path.of("..", "producer", "src", "test", "resources", "golden", "lm");
    private static final int VOCABULARY = 512;

    private static Torch torch;

    @BeforeAll
    static void start() {
        torch = Torch.start(2);
    }

    @AfterAll
    static void stop() {
        torch.close();
    }

    /** A dictionary that is a function of the rows. */
    private record Made(UnaryOperator<NDArray> reconstruct) implements Dictionary {
        @Override
        public Size size() {
            return new Size(1, 1, 0);
        }

        @Override
        public Reconstruction reconstruct(Batch batch) {
            NDArray ones = batch.x().getManager().ones(new Shape(1, 1));
            return new Reconstruction(new DenseCodes(ones, 0), ones, reconstruct.apply(batch.x()), Map.of());
        }

        @Override
        public NDArray atoms() {
            throw new IllegalStateException("nobody asks for them");
        }

        @Override
        public void close() {}
    }

    private static StreamSpec stream(String hook, int width) {
        return new StreamSpec(
                new RowOrder(
                        new RowOrder.Documents("made", "1", 5, "t"),
                        new RowOrder.Cut(64, 0, false),
                        RowOrder.Mixing.ofRows(1024, 7),
                        0),
                new RowValues("made", "1", null, hook, width, "F32"));
    }

    private static FrozenVariant variant(StreamSpec stream, Map<String, Dictionary> views) {
        VariantSpec spec = new VariantSpec(
                "made",
                stream.id(),
                TopK.of(Map.of()),
                TrainingKeys.spec(new TopKKind().descriptor(), Map.of()),
                "earliest");
        CheckpointManifest checkpoint = new CheckpointManifest(
                new CheckpointManifest.Origin(spec, 0, stream.digest()),
                new CheckpointManifest.Position(1, 1, 1, 0),
                true,
                new CheckpointManifest.StoredFile("f", 1, "s"),
                Map.of(),
                null);
        return new FrozenVariant(checkpoint, stream, new TreeMap<>(views));
    }

    /** A model from a hook on, with what passes need of it. */
    private static OpenStream open(NDManager memory, LanguageModel model, StreamSpec stream, RowSet rows) {
        Splice splice = new Splice(memory);
        Scope scope = Scope.of(rows);
        HookedModel hooked = new HookedModel(model, stream.hook(), memory);
        return new OpenStream(stream, scope, new Scoring(hooked, splice, scope), splice, new StreamReference(), memory);
    }

    private ModelScores score(OpenStream stream, List<RowBatch> training, List<RowBatch> heldout, FrozenVariant variant)
            throws IOException {
        Pass pass = new Pass(stream, List.of(variant));
        if (pass.needsTrainingRows()) {
            training.forEach(rows -> run(rows, stream, batch -> pass.trainingSteps(rows, batch)));
        }
        heldout.forEach(rows -> run(rows, stream, batch -> pass.steps(rows, batch)));
        ModelScores scores = Json.mapper().treeToValue(pass.findings(variant).figures(), ModelScores.class);
        pass.close();
        return scores;
    }

    private static void run(RowBatch rows, OpenStream stream, Function<Batch, List<Runnable>> steps) {
        try (NDManager batch = stream.memory().newSubManager()) {
            steps.apply(rows.toDevice(batch)).forEach(Runnable::run);
        }
    }

    /** Windows of uneven lengths, two to a document; the first rows are of a class of their own. */
    private static RowBatch made(LanguageModel model, StreamSpec stream, long seed, int... lengths) {
        Random random = new Random(seed);
        int[][] tokens = Arrays.stream(lengths)
                .mapToObj(length -> random.ints(length, 1, VOCABULARY).toArray())
                .toArray(int[][]::new);
        try (NDManager memory = torch.manager().newSubManager()) {
            NDArray values = model.activations(memory, tokens, model.hookPoint(stream.hook()));
            return rows(stream, seed, values, tokens, RowClass.FIRST_POSITION);
        }
    }

    /** @param first class of the first row of each window */
    private static RowBatch rows(StreamSpec stream, long seed, NDArray values, int[][] tokens, RowClass first) {
        float[] flat = values.toFloatArray();
        int longest = (int) values.getShape().get(1);
        List<float[]> rows = new ArrayList<>();
        List<RowLabel> labels = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++) {
            for (int t = 0; t < tokens[i].length; t++) {
                int from = (i * longest + t) * stream.width();
                rows.add(Arrays.copyOfRange(flat, from, from + stream.width()));
                RowClass rowClass = t == 0 ? first : RowClass.REST;
                labels.add(new RowLabel(100 * seed + i / 2, i % 2, t, tokens[i][t], "", rowClass));
            }
        }
        return TestRows.batch(stream, 1000 * seed, rows, labels);
    }

    @Test
    void shouldGiveNoFiguresOfPredictionsThatAreNotFinite() throws IOException {
        Path golden = GOLDEN.resolve("gpt2_tiny");
        try (NDManager memory = torch.manager().newSubManager();
                LanguageModel model = LanguageModel.open(golden, memory)) {
            StreamSpec spec = stream("blocks.1.hook_resid_post", model.config().dModel());
            OpenStream stream = open(memory, model, spec, RowSet.REST);
            List<RowBatch> rows = List.of(made(model, spec, 1, 40, 40));
            FrozenVariant broken = variant(spec, Map.of("", new Made(x -> x.mul(Float.NaN))));

            assertThatThrownBy(() -> score(stream, rows, rows, broken))
                    .hasMessageContaining("predictions with the reconstructions of view '' must be finite");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gpt_neox_tiny, blocks.1.hook_resid_post",
        "gpt_neox_tiny, blocks.0.hook_mlp_out",
        "gpt2_tiny, blocks.1.hook_resid_mid",
        "gpt2_tiny, blocks.1.hook_attn_out"
    })
    void shouldGiveOneToWhatChangesNothingAndZeroToWhatKeepsNothing(String name, String hook) throws IOException {
        try (NDManager memory = torch.manager().newSubManager();
                LanguageModel model = LanguageModel.open(GOLDEN.resolve(name), memory)) {
            StreamSpec spec = stream(hook, model.config().dModel());
            OpenStream stream = open(memory, model, spec, RowSet.REST);
            List<RowBatch> training = List.of(made(model, spec, 1, 40, 40, 64));
            List<RowBatch> heldout = List.of(made(model, spec, 2, 64, 17, 40, 64, 5), made(model, spec, 3, 33, 1, 20));
            Map<String, Dictionary> views = Map.of(
                    "identity", new Made(NDArray::duplicate),
                    "zero", new Made(NDArray::zerosLike),
                    "half", new Made(x -> x.mul(0.5)));

            ModelScores scores = score(stream, training, heldout, variant(spec, views));

            Map<String, Double> identity = scores.views().get("identity").metrics();
            Map<String, Double> zero = scores.views().get("zero").metrics();
            assertThat(identity)
                    .containsEntry("ce_increase", 0.0)
                    .containsEntry("kl", 0.0)
                    .containsEntry("kl_recovered", 1.0)
                    .containsEntry("top1_agreement", 1.0);
            assertThat(zero).containsEntry("kl_recovered", 0.0);
            for (String recovered : List.of("ce_recovered", "ce_recovered_mean")) {
                if (identity.containsKey(recovered)) { // an untrained model may predict no worse without the values
                    assertThat(identity).containsEntry(recovered, 1.0);
                }
            }
            if (zero.containsKey("ce_recovered")) {
                assertThat(zero).containsEntry("ce_recovered", 0.0);
            }
            assertThat(scores.views().get("half").metrics().get("kl_recovered")).isBetween(0.0, 1.0);
            assertThat(scores.references()).containsOnlyKeys("mean", "original", "resample", "zero");
            assertThat(zero.get("kl")).isEqualTo(scores.references().get("zero").get("kl"));
            // Every row but the first and the last of each window.
            assertThat(scores.scope().tokens()).isEqualTo(62 + 15 + 38 + 62 + 3 + 31 + 18);
            assertThat(scores.scope())
                    .extracting("replaced", "scored", "documents")
                    .containsExactly("rest", "rest", 5);
            assertThat(score(stream, List.of(), heldout, variant(spec, views)))
                    .as("a second pass, with the reference runs of the first")
                    .isEqualTo(scores);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2_tiny", "gpt_neox_tiny"})
    void shouldGiveTheFiguresOfTransformersForReplacedActivations(String name) throws IOException {
        Path golden = GOLDEN.resolve(name);
        Safetensors tensors = Safetensors.open(golden.resolve("splice.safetensors"));
        JsonNode expected =
                new ObjectMapper().readTree(golden.resolve("splice.json").toFile());
        int[][] tokens = tokens(tensors.tensor("input_ids"));
        try (NDManager memory = torch.manager().newSubManager();
                LanguageModel model = LanguageModel.open(golden, memory)) {
            StreamSpec spec = stream(
                    "blocks." + expected.path("layer").intValue() + ".hook_resid_post",
                    model.config().dModel());
            RowBatch rows = rows(spec, 0, array(memory, tensors.tensor("x")), tokens, RowClass.FIRST_POSITION);
            NDArray hat = array(memory, tensors.tensor("x_hat")).reshape(-1, spec.width());
            NDArray mean = array(memory, tensors.tensor("mean")).reshape(1, spec.width());
            Map<String, Dictionary> views = Map.of(
                    "hat", new Made(x -> hat.duplicate()),
                    "mean", new Made(x -> x.zerosLike().addi(mean)),
                    "zero", new Made(NDArray::zerosLike));

            ModelScores scores =
                    score(open(memory, model, spec, RowSet.ALL), List.of(rows), List.of(rows), variant(spec, views));

            Map<String, Double> original = scores.references().get("original");
            assertThat(original.get("cross_entropy"))
                    .isCloseTo(expected.at("/orig/ce_mean").doubleValue(), within(1e-5));
            views.keySet().forEach(view -> assertRun(scores.views().get(view).metrics(), expected.path(view)));
            double lost = scores.views().get("hat").metrics().get("ce_increase");
            double lostByZero = scores.references().get("zero").get("cross_entropy") - original.get("cross_entropy");
            assertThat(1 - lost / lostByZero)
                    .isCloseTo(expected.path("ce_recovered_zero").doubleValue(), within(1e-4));
        }
    }

    private static void assertRun(Map<String, Double> metrics, JsonNode expected) {
        assertThat(metrics.get("cross_entropy"))
                .isCloseTo(expected.path("ce_mean").doubleValue(), within(1e-5));
        assertThat(metrics.get("kl"))
                .isCloseTo(expected.path("kl_mean_scored_positions").doubleValue(), within(1e-5));
        assertThat(metrics.get("top1_agreement"))
                .isCloseTo(expected.path("top1_agreement_scored").doubleValue(), within(1e-9));
    }

    private static int[][] tokens(Tensor ids) {
        int time = (int) ids.shape()[1];
        int[][] tokens = new int[(int) ids.shape()[0]][];
        for (int b = 0; b < tokens.length; b++) {
            tokens[b] = Arrays.stream(ids.toLongs(), b * time, (b + 1) * time)
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }
        return tokens;
    }

    private static NDArray array(NDManager manager, Tensor tensor) {
        return manager.create(tensor.toFloats(), new Shape(tensor.shape()));
    }
}
