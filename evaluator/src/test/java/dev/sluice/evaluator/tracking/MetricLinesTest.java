package dev.sluice.evaluator.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.page.Facts;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.Measurement;
import org.junit.jupiter.api.Test;

class MetricLinesTest {
    @Test
    void shouldSayWhoseMetricsTheyAreAndGiveEachByItsName() throws Exception {
        JsonNode line = Json.mapper()
                .readTree(MetricLines.line(
                        Facts.metrics("pca", "per-token-8", "pca", Measurement.HELDOUT, 500, 500, true, 0.5)));

        assertThat(line.path("series").asText()).isEqualTo("pca-per-token-8");
        assertThat(line.path("variant").asText()).isEqualTo("pca");
        assertThat(line.path("generation").asInt(-1)).isZero();
        assertThat(line.path("split").asText()).isEqualTo("heldout");
        assertThat(line.path("tokens").asLong()).isEqualTo(500);
        assertThat(line.path("last").asBoolean()).isTrue();
        assertThat(line.path("rows").asLong()).isEqualTo(990);
        assertThat(line.path("fvu").asDouble()).isEqualTo(0.5);
        assertThat(line.path("l0").asDouble()).isEqualTo(8);
        assertThat(line.at("/all/sse").asDouble()).isEqualTo(450);
        assertThat(line.at("/all/rows").asLong()).isEqualTo(1000);
        assertThat(line.path("dead_fraction").asDouble()).isEqualTo(0.25);
    }
}
