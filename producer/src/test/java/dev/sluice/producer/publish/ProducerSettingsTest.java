package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.hub.ModelSource;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProducerSettingsTest {
    private static final ModelSource MODEL = new ModelSource("m", Path.of("m"), "");
    private static final ProducerSettings SETTINGS =
            ProducerSettings.of(new RowSource.Text(TestBlocks.corpus(1), MODEL, List.of(TestBlocks.HOOK)));

    @Test
    void shouldHaveDefaults() {
        assertThat(SETTINGS.dtype()).isEqualTo("auto");
        assertThat(SETTINGS.seed()).isZero();
        assertThat(SETTINGS.tokens()).isZero();
        assertThat(SETTINGS.blockRows()).isEqualTo(1 << 14);
        assertThat(SETTINGS.recordsPerTransaction()).isEqualTo(16);
        assertThat(((RowSource.Text) SETTINGS.source()).context()).isEqualTo(128);
    }

    @Test
    void shouldNameTheFieldTheValueAndTheRule() {
        assertThatThrownBy(() -> SETTINGS.withDtype("int8"))
                .hasMessage("producer.dtype must be one of [auto, F16, BF16, F32], got int8");
        assertThatThrownBy(() -> SETTINGS.withTokens(-1)).hasMessage("producer.tokens must be at least 0, got -1");
        assertThatThrownBy(() -> SETTINGS.withBlockRows(1 << 19))
                .hasMessage("producer.block-rows must be 1 to 262144, got 524288");
        assertThatThrownBy(() -> SETTINGS.withRecordsPerTransaction(0))
                .hasMessage("producer.records-per-transaction must be at least 1, got 0");
        assertThatThrownBy(() -> new RowSource.Text(TestBlocks.corpus(1), MODEL, List.of("a", "a")))
                .hasMessage("hooks must be at least one, each named once, got [a, a]");
    }
}
