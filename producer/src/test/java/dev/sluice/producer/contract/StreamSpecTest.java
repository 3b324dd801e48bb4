package dev.sluice.producer.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.StreamProgress.Place;
import dev.sluice.producer.contract.StreamProgress.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamSpecTest {
    private static final StreamSpec SPEC = ActivationRecordTest.spec("F16", 128);

    @Test
    void shouldNameAStreamByALabelAndEightDigitsOfItsDigest() {
        assertThat(SPEC.id()).isEqualTo("c-l0-resid-post-" + SPEC.digest().substring(0, 8));
        assertThat(SPEC.digest()).matches("[0-9a-f]{64}");
        assertThat(ActivationRecordTest.spec("F32", 128).id()).isNotEqualTo(SPEC.id());
    }

    @Test
    void shouldSayNothingOfAModelInFloat32SoThatItsStreamsKeepTheirDigest() {
        assertThat(new String(Json.write(SPEC), StandardCharsets.UTF_8)).doesNotContain("model_dtype");
    }

    @Test
    void shouldNameTheFieldsThatDiffer() {
        assertThat(SPEC.differences(ActivationRecordTest.spec("F32", 64)))
                .containsExactlyInAnyOrder("dtype: F16 here, F32 there", "width: 128 here, 64 there");
    }

    @Test
    void shouldCarryProgressWithoutLossAndRefuseNewerVersions() {
        StreamProgress progress = new StreamProgress(
                SPEC,
                SPEC.digest(),
                new StreamProgress.Extent(10, 2, false),
                new StreamProgress.Run(List.of("a", "b"), 9),
                new Place(new StreamProgress.Begin(1, 2, 3, 4, 5), new StreamProgress.Committed(6, "ab"), 0.1 + 0.2),
                new Telemetry(new StreamProgress.Reading(1, 2, 3, 5), 4, Map.of("forward", 1.5), "cpu", 7, 8));
        byte[] json = Json.write(progress);

        assertThat(Json.read(json, StreamProgress.class)).isEqualTo(progress);
        assertThat(membersOf(progress, ""))
                .containsExactlyInAnyOrder(
                        "version", "spec", "digest", "rows", "heldout_rows", "complete", "run", "place", "telemetry");
        assertThat(membersOf(progress, "/place"))
                .containsExactlyInAnyOrder(
                        "block",
                        "document",
                        "window",
                        "first_row",
                        "first_heldout_row",
                        "committed_records",
                        "committed_hash",
                        "median_norm");
        assertThat(membersOf(progress, "/telemetry"))
                .containsExactlyInAnyOrder(
                        "documents",
                        "corpus_bytes",
                        "total_corpus_bytes",
                        "log_bytes",
                        "expected_rows",
                        "stage_seconds",
                        "device",
                        "started_millis",
                        "at_millis");
        assertThatThrownBy(() -> Json.read(withVersion(json, 3), StreamProgress.class))
                .isInstanceOf(ContractException.class)
                .hasMessage("StreamProgress.version must be 2, got 3: written by a newer Sluice");
    }

    @Test
    void shouldRefuseTheProgressOfVersionOneByItsName() {
        byte[] old = withVersion(Json.write(Map.of("version", 2)), 1);

        assertThatThrownBy(() -> Json.read(old, StreamProgress.class))
                .isInstanceOf(ContractException.class)
                .hasMessage(
                        "StreamProgress.version must be 2, got 1: written by an older Sluice; publish the stream again"
                                + " into a new data folder or broker");
    }

    private static Iterable<String> membersOf(StreamProgress progress, String pointer) {
        return () -> Json.mapper().<JsonNode>valueToTree(progress).at(pointer).fieldNames();
    }

    private static byte[] withVersion(byte[] json, int version) {
        return new String(json, StandardCharsets.UTF_8)
                .replaceFirst("\"version\":2}$", "\"version\":" + version + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteItsMembersSideBySideWithTheDigestOfTheOrder() {
        JsonNode json = Json.mapper().valueToTree(SPEC);

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "version",
                        "order_digest",
                        "corpus",
                        "corpus_revision",
                        "heldout_percent",
                        "tokenizer_digest",
                        "context",
                        "bos_id",
                        "truncate",
                        "mixing",
                        "block_rows",
                        "seed",
                        "tokens",
                        "model",
                        "model_revision",
                        "hook",
                        "width",
                        "dtype");
        assertThat(json.path("version").asInt()).isEqualTo(2);
        assertThat(json.path("order_digest").asText()).isEqualTo(SPEC.orderDigest());
        assertThat(Json.read(Json.write(SPEC), StreamSpec.class)).isEqualTo(SPEC);
    }

    /** Python: {@code sha256(json.dumps(order, sort_keys=True, separators=(",", ":")).encode()).hexdigest()}. */
    @Test
    void shouldDigestTheOrderAsSortedJsonSoThatOthersCanToo() {
        assertThat(SPEC.orderDigest()).isEqualTo("ac5de2cf70cb3db2c0f3e2df520b248ebd587c05590ea5cd1e93aa28456dae42");
    }

    static Stream<RowValues> valuesInOneOrder() {
        RowValues values = SPEC.values();
        return Stream.of(
                values.at("blocks.5.hook_mlp_out", "F16"),
                values.at(values.hook(), "BF16"),
                new RowValues("other", "r2", null, values.hook(), 4096, "F16"),
                new RowValues("m", "mr", "BF16", values.hook(), 128, "F16"));
    }

    @ParameterizedTest
    @MethodSource("valuesInOneOrder")
    void shouldHaveOneOrderForAllModelsHooksDtypesAndWidths(RowValues values) {
        StreamSpec other = new StreamSpec(SPEC.order(), values);

        assertThat(other.orderDigest()).isEqualTo(SPEC.orderDigest());
        assertThat(other.digest()).isNotEqualTo(SPEC.digest());
    }

    static Stream<RowOrder> otherOrders() {
        RowOrder.Documents documents = SPEC.order().documents();
        RowOrder.Cut cut = SPEC.order().cut();
        RowOrder.Mixing mixed = SPEC.order().mixed();
        return Stream.of(
                new RowOrder(new RowOrder.Documents("d", "r", 5, "t"), cut, mixed, 0),
                new RowOrder(new RowOrder.Documents("c", "r2", 5, "t"), cut, mixed, 0),
                new RowOrder(new RowOrder.Documents("c", "r", 6, "t"), cut, mixed, 0),
                new RowOrder(new RowOrder.Documents("c", "r", 5, "t2"), cut, mixed, 0),
                new RowOrder(documents, new RowOrder.Cut(64, 0, false), mixed, 0),
                new RowOrder(documents, new RowOrder.Cut(128, 1, false), mixed, 0),
                new RowOrder(documents, new RowOrder.Cut(128, 0, true), mixed, 0),
                new RowOrder(documents, cut, RowOrder.Mixing.ofRows(65, 7), 0),
                new RowOrder(documents, cut, RowOrder.Mixing.ofRows(64, 8), 0),
                new RowOrder(documents, cut, new RowOrder.Mixing("sequences", 64, 7), 0),
                new RowOrder(documents, cut, mixed, 1000));
    }

    @ParameterizedTest
    @MethodSource("otherOrders")
    void shouldHaveAnotherOrderWhenAnythingThatFixesItDiffers(RowOrder other) {
        assertThat(new StreamSpec(other, SPEC.values()).orderDigest()).isNotEqualTo(SPEC.orderDigest());
    }
}
