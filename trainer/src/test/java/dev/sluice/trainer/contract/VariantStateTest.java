package dev.sluice.trainer.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VariantStateTest {
    private static final List<VariantState> ALL = List.of(
            new VariantState.Waiting(),
            new VariantState.CatchingUp(),
            new VariantState.Training(),
            new VariantState.Paused(),
            new VariantState.HandingOver(),
            new VariantState.Finished(),
            new VariantState.Failed("why"));

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
                if (from.equals(to) || legal.contains(from.label() + ">" + to.label())) {
                    assertThat(from.to(to)).isEqualTo(to);
                } else {
                    assertThatThrownBy(() -> from.to(to)).hasMessageContaining("cannot become " + to.label());
                }
            }
        }
    }

    @Test
    void shouldNameEveryState() {
        assertThat(ALL.stream().map(VariantState::label).collect(Collectors.toSet()))
                .isEqualTo(VariantState.labels());
        assertThat(new VariantState.Failed("why").reason()).isEqualTo("why");
        assertThat(ALL.stream().filter(VariantState::isEnd).map(VariantState::label))
                .containsExactly("finished", "failed");
    }
}
