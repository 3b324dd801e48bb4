package dev.sluice.evaluator.rolling;

import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.Better;
import dev.sluice.evaluator.metric.Format;
import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.Shown;
import dev.sluice.evaluator.metric.Shown.Width;
import dev.sluice.evaluator.metric.Unit;
import dev.sluice.evaluator.metrics.EvaluatorMetrics;
import dev.sluice.evaluator.report.ReportTable;
import dev.sluice.evaluator.view.Api;
import dev.sluice.evaluator.view.LiveView;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.Scrape;
import dev.sluice.trainer.contract.Measurement;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;

/** A metric is one line: added to the table here, it must be wherever metrics are. */
class AddedMetricTest {
    private static final MetricTable TABLE = MetricTable.standard()
            .with(new Metric(
                    "power",
                    "Mean squared norm of an activation",
                    Unit.SQUARED_ACTIVATION,
                    sums -> sums.of().squaredNorm() / sums.of().rows(),
                    Better.NEITHER,
                    new Shown("power", Format.HUNDREDTH, Width.ON_DEMAND)));

    /** As {@link Steps} makes its rows. */
    private static final double POWER = 2;

    @Test
    void shouldReachTheTopicTheApiPrometheusTheReportAndThePage() throws Exception {
        LiveView view = new LiveView(() -> 0, () -> 0, 1000, 4000, TABLE);
        for (byte[] published : published()) {
            JsonNode topic = Json.mapper().readTree(published);
            assertThat(topic.at("/all/power").asDouble()).isEqualTo(POWER);
            assertThat(topic.at("/rest/power").asDouble()).isEqualTo(POWER);
            view.put(Json.read(published, RollingMetrics.class));
        }

        assertThat(api(view.variants()).at("/variants/0/power").asDouble()).isEqualTo(POWER);
        assertThat(api(view.variants()).at("/variants/0/heldout/power").asDouble())
                .isEqualTo(POWER);
        assertThat(api(view.series(null, PREQUENTIAL, 0))
                        .at("/series/0/power/0")
                        .asDouble())
                .isEqualTo(POWER);
        assertThat(api(view.pareto(null)).at("/points/0/power").asDouble()).isEqualTo(POWER);
        assertThat(api(view.metrics()).path("metrics"))
                .last()
                .isEqualTo(Json.mapper().readTree("""
                        {"name": "power", "label": "power", "meaning": "Mean squared norm of an activation",
                         "unit": "activation²", "better": "neither", "format": "hundredth", "shown_from": "on_demand",
                         "prometheus": "sluice_eval_power"}"""));
        assertThat(scrape(view))
                .contains(
                        "# HELP sluice_eval_power Mean squared norm of an activation over the newest window.",
                        "sluice_eval_power{stream=\"stream-1\",variant=\"a\",split=\"prequential\",} 2.0",
                        "sluice_eval_power{stream=\"stream-1\",variant=\"a\",split=\"heldout\",} 2.0");
        assertThat(api(view.report(null)).at("/variants/0/heldout_rest/power").asDouble())
                .isEqualTo(POWER);
        assertThat(ReportTable.markdown(view.report(null), TABLE, "again")).contains(" bias | power |", " | 2.00 |\n");
    }

    @Test
    void shouldNotBeNamedByTheScriptsThatMakeColumns() throws IOException {
        for (String script : List.of("columns.js", "curves.js", "metrics.js", "table.js", "series-row.js")) {
            try (InputStream in = MetricTable.class.getResourceAsStream("/webroot/js/" + script)) {
                String text = new String(Objects.requireNonNull(in, script).readAllBytes(), StandardCharsets.UTF_8);
                MetricTable.standard()
                        .metrics()
                        .forEach(metric -> assertThat(text)
                                .as(script)
                                .doesNotContain("\"" + metric.name() + "\"", "row." + metric.name() + ","));
            }
        }
    }

    /** The records of a window and of a held-out score. */
    private static List<byte[]> published() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "added");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        try (TopologyTestDriver driver = new TopologyTestDriver(RollingTopology.of(1000, any -> {}, TABLE), settings)) {
            var measurements = driver.createInputTopic(
                    Topic.MEASUREMENTS,
                    Serdes.String().serializer(),
                    JsonSerde.of(Measurement.class).serializer());
            for (int step = 0; step < 11; step++) {
                measurements.pipeInput("a", Steps.step("a", "", PREQUENTIAL, step, false));
            }
            measurements.pipeInput("a", Steps.heldOut("a", "", 10, false));
            return driver.createOutputTopic(
                            Topic.METRICS,
                            Serdes.String().deserializer(),
                            Serdes.ByteArray().deserializer())
                    .readValuesToList();
        }
    }

    private static JsonNode api(Object answer) throws IOException {
        return Json.mapper().readTree(Api.write(answer));
    }

    private static String scrape(LiveView view) {
        CollectorRegistry registry = new CollectorRegistry();
        new EvaluatorMetrics(view).addTo(registry);
        return Scrape.text(registry, TextFormat.CONTENT_TYPE_004);
    }
}
