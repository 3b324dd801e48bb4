package dev.sluice.trainer.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.contract.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VariantStateTest {
    private static final List<VariantState> ALL = Arrays.stream(VariantPhase.values())
            .map(phase -> phase.isFailed() ? VariantState.failed("why") : VariantState.of(phase))
            .toList();

    @Test
    void shouldAllowTheLegalTransitionsOnly() {
        Set<String> legal = Set.of(
                "waiting>catching-up",
                "waiting>training",
                "waiting>finished",
                "waiting>paused",
                "waiting>handing-over",
                "waiting>failed",
                "catching-up>training",
                "catching-up>paused",
                "catching-up>finished",
                "catching-up>handing-over",
                "catching-up>failed",
                "training>paused",
                "training>finished",
                "paused>waiting",
                "training>handing-over",
                "training>failed",
                "handing-over>waiting",
                "handing-over>paused",
                "handing-over>failed");
        for (VariantState from : ALL) {
            for (VariantState to : ALL) {
                if (from.equals(to)
                        || legal.contains(
                                from.phase().wireName() + ">" + to.phase().wireName())) {
                    assertThat(from.to(to)).isEqualTo(to);
                } else {
                    assertThatThrownBy(() -> from.to(to))
                            .hasMessageContaining("cannot become " + to.phase().wireName());
                }
            }
        }
    }

    @Test
    void shouldSpellEveryPhaseInOneWay() {
        assertThat(Arrays.stream(VariantPhase.values()).map(VariantPhase::wireName))
                .containsExactly("waiting", "catching-up", "training", "paused", "handing-over", "finished", "failed");
        assertThat(VariantPhase.values()).allSatisfy(phase -> {
            assertThat(VariantPhase.of(phase.wireName())).isEqualTo(phase);
            assertThat(new String(Json.write(phase), StandardCharsets.UTF_8)).isEqualTo('"' + phase.wireName() + '"');
        });
        assertThatThrownBy(() -> VariantPhase.of("dreaming")).hasMessageContaining("got dreaming");
    }

    @Test
    void shouldBeOverExactlyWhereNothingFollows() {
        assertThat(VariantPhase.values())
                .allSatisfy(phase ->
                        assertThat(phase.isOver()).isEqualTo(phase.next().isEmpty()));
    }

    @Test
    void shouldHaveAReasonExactlyIfItFailed() {
        assertThat(VariantState.failed("why").reason()).isEqualTo("why");
        assertThatThrownBy(() -> VariantState.of(VariantPhase.FAILED)).hasMessageContaining("reason");
        assertThatThrownBy(() -> new VariantState(VariantPhase.PAUSED, "why")).hasMessageContaining("reason");
    }
}
