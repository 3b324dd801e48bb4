package dev.sluice.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.metric.Better;
import dev.sluice.evaluator.metric.Format;
import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.Shown;
import dev.sluice.evaluator.metric.Shown.Width;
import dev.sluice.evaluator.metric.Unit;
import dev.sluice.producer.contract.Json;
import org.junit.jupiter.api.Test;

class VariantTableTest {
    private static final String ROWS = """
            {"variants": [{"series": "a", "state": "training", "tokens": 100, "fvu": 0.5, "power": 2.0}]}
            """;

    /** A metric is one line of the table of metrics, and the terminal has no list of its own. */
    @Test
    void shouldShowAMetricThatIsAddedToTheTable() throws Exception {
        VariantTable table = new VariantTable(MetricTable.standard().with(power(Width.TERMINAL)));

        assertThat(table.lines(Json.mapper().readValue(ROWS, Variants.class).rows()))
                .containsExactly(
                        "  variant held-out training      L0   power        CE    dead    tokens  state",
                        "               FVU      FVU                 recovered",
                        "  a              -   0.5000       -    2.00         -       -       100  training");
    }

    @Test
    void shouldLeaveOutWhatOnlyWiderTablesShow() throws Exception {
        VariantTable table = new VariantTable(MetricTable.standard().with(power(Width.PAGE)));

        assertThat(table.lines(Json.mapper().readValue(ROWS, Variants.class).rows()))
                .first()
                .asString()
                .doesNotContain("power");
    }

    private static Metric power(Width from) {
        return new Metric(
                "power",
                "Mean squared norm of an activation",
                Unit.SQUARED_ACTIVATION,
                sums -> sums.of().squaredNorm() / sums.of().rows(),
                Better.NEITHER,
                new Shown("power", Format.HUNDREDTH, from));
    }
}
