package dev.sluice.evaluator.contract;

import static dev.sluice.trainer.contract.Measurement.SEEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.contract.RollingMetrics.Dead;
import dev.sluice.evaluator.contract.RollingMetrics.Figures;
import dev.sluice.evaluator.contract.RollingMetrics.Series;
import dev.sluice.evaluator.contract.RollingMetrics.Span;
import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.producer.contract.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RollingMetricsTest {
    /** As version 1 is published since there is one, with what was not measured left out. */
    private static final String WIRE = """
            {"version": 1, "variant": "pca", "view": "first-8", "series": "pca-first-8", "generation": 2,
             "stream": "sample-0", "kind": "pca", "split": "seen", "window_end": 2000, "from_tokens": 1000,
             "to_tokens": 1900, "partial": true, "last": false, "latents": 64,
             "all": {"rows": 900, "mse": 0.25, "sse": 32.0, "fvu": 0.5, "l0": 8.0, "l1": 3.5, "cosine": 0.75,
                     "norm_ratio": 0.875, "reconstruction_bias": 0.96875},
             "rest": {"rows": 0},
             "dead_fraction": 0.125, "dead_window_tokens": 4000, "losses": {"loss": 1.5}, "at_millis": 77}
            """;

    private static final RollingMetrics METRICS = new RollingMetrics(
            1,
            new Series("pca", "first-8", 2, "sample-0", "pca", 64),
            new Span(SEEN, 2000, 1000, 1900, true, false),
            new Figures(
                    new Values(
                            900,
                            Map.of(
                                    "mse",
                                    0.25,
                                    "sse",
                                    32.0,
                                    "fvu",
                                    0.5,
                                    "l0",
                                    8.0,
                                    "l1",
                                    3.5,
                                    "cosine",
                                    0.75,
                                    "norm_ratio",
                                    0.875,
                                    "reconstruction_bias",
                                    0.96875)),
                    new Values(0, Map.of()),
                    new Dead(0.125, null, 4000),
                    null,
                    Map.of("loss", 1.5)),
            77);

    @Test
    void shouldWriteTheMembersThatReadersKnow() throws Exception {
        assertThat(Json.mapper().readTree(Json.write(METRICS)))
                .isEqualTo(Json.mapper().readTree(WIRE));
    }

    @Test
    void shouldReadWhatItWroteBefore() {
        assertThat(Json.read(WIRE.getBytes(StandardCharsets.UTF_8), RollingMetrics.class))
                .isEqualTo(METRICS);
    }

    @Test
    void shouldIgnoreMembersOfALaterVersionThatAreNoNumbers() {
        String later = WIRE.replace("\"l0\": 8.0", "\"l0\": 8.0, \"quantiles\": {\"0.5\": 7}, \"shape\": \"flat\"");

        assertThat(Json.read(later.getBytes(StandardCharsets.UTF_8), RollingMetrics.class))
                .isEqualTo(METRICS);
    }

    @Test
    void shouldBeKeyedBySeriesGenerationSplitAndWindow() {
        assertThat(METRICS.key()).isEqualTo("pca-first-8/2/seen/2000");
    }
}
