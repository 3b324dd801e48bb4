package dev.sluice.producer.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.contract.StreamProgress.Place;
import dev.sluice.producer.contract.StreamProgress.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
                1,
                SPEC,
                SPEC.digest(),
                10,
                2,
                false,
                new StreamProgress.Run(List.of("a", "b"), 9),
                new Place(1, 2, 3, 4, 5, 6, "ab", 0.1 + 0.2),
                new Telemetry(1, 2, 3, 4, 5, Map.of("forward", 1.5), "cpu", 7, 8));
        byte[] json = Json.write(progress);

        assertThat(Json.read(json, StreamProgress.class)).isEqualTo(progress);
        byte[] newer = new String(json, StandardCharsets.UTF_8)
                .replaceFirst("\"version\":1}$", "\"version\":2}")
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Json.read(newer, StreamProgress.class))
                .isInstanceOf(ContractException.class)
                .hasMessage("StreamProgress.version must be at most 1, got 2: written by a newer Sluice");
    }
}
