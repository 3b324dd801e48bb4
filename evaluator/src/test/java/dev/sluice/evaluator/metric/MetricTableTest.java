package dev.sluice.evaluator.metric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.DoubleVector;
import dev.sluice.trainer.contract.LatentSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MetricTableTest {
    private static final MetricTable TABLE = MetricTable.standard();
    private static final String GOLDEN = "/golden/sae/";

    /** Rounding of float64 sums over 24 rows, in another order than the reference's. */
    private static final double TOLERANCE = 1e-6;

    @Test
    void shouldGiveWhatThePublicLibrariesGive() throws IOException {
        Safetensors input = Safetensors.parse(ByteBuffer.wrap(resource("metrics_input.safetensors")));
        JsonNode expected = Json.mapper().readTree(resource("metrics_expected.json"));
        JsonNode saelens = expected.path("saelens_6.18.evals");

        Values metrics = values(sums(input), 16);

        assertThat(MetricTable.FVU.of(metrics))
                .isCloseTo(expected.at("/sparsify/fvu").asDouble(), within(1e-9));
        assertThat(1 - metric(metrics, "fvu"))
                .isCloseTo(saelens.path("explained_variance_as_intended").asDouble(), within(TOLERANCE));
        assertThat(metric(metrics, "sse")).isCloseTo(saelens.path("mse").asDouble(), within(TOLERANCE));
        assertThat(metric(metrics, "mse")).isCloseTo(saelens.path("mse").asDouble() / 16, within(TOLERANCE));
        assertThat(metric(metrics, "l0")).isCloseTo(saelens.path("l0").asDouble(), within(1e-12));
        assertThat(metric(metrics, "l1")).isCloseTo(saelens.path("l1").asDouble(), within(TOLERANCE));
        assertThat(metric(metrics, "cosine")).isCloseTo(saelens.path("cossim").asDouble(), within(TOLERANCE));
        assertThat(metric(metrics, "norm_ratio"))
                .isCloseTo(saelens.path("l2_ratio").asDouble(), within(TOLERANCE));
        assertThat(metric(metrics, "reconstruction_bias"))
                .isCloseTo(saelens.path("relative_reconstruction_bias").asDouble(), within(TOLERANCE));
    }

    @Test
    void shouldDivideSumsAsDefined() {
        // Rows (1, 0) and (3, 0), both reconstructed as (2, 0): mean (2, 0), variance 2, squared error 2.
        ClassSums sums = new ClassSums(
                new ClassSums.Rows(2, DoubleVector.of(4, 0), 10),
                new ClassSums.Reconstructed(2, 8, 8, 2, 2 + 2.0 / 3),
                new ClassSums.Coded(6, 3));

        assertThat(values(sums, 2).rows()).isEqualTo(2);
        assertThat(values(sums, 2).metrics())
                .containsOnly(
                        entry("mse", 0.5),
                        entry("sse", 1.0),
                        entry("fvu", 1.0),
                        entry("l0", 3.0),
                        entry("l1", 1.5),
                        entry("cosine", 1.0),
                        entry("norm_ratio", 1 + 1.0 / 3),
                        entry("reconstruction_bias", 1.0));
    }

    @Test
    void shouldHaveNoFvuWithoutVariance() {
        double third = 1.0 / 3;
        ClassSums equalRows = new ClassSums(
                new ClassSums.Rows(3, DoubleVector.of(1), 3 * third * third),
                new ClassSums.Reconstructed(0.5, 0, 0, 0, 0),
                ClassSums.Coded.NONE);

        assertThat(values(equalRows, 1).metrics()).doesNotContainKeys("fvu", "reconstruction_bias");
        assertThat(TABLE.named(values(equalRows, 1))).containsEntry("fvu", null).containsEntry("l0", 0.0);
    }

    @Test
    void shouldHaveNoMetricsWithoutRows() {
        assertThat(values(ClassSums.zero(4), 4)).isEqualTo(new Values(0, Map.of()));
    }

    @Test
    void shouldKeepTheNamesAndTheOrderOfMembersOnTheWire() {
        String wire = "{\"cosine\":0.5,\"fvu\":0.25,\"rows\":7}";

        Values read = Json.read(wire.getBytes(UTF_8), Values.class);

        assertThat(read).isEqualTo(new Values(7, Map.of("fvu", 0.25, "cosine", 0.5)));
        assertThat(new String(Json.write(read), UTF_8)).isEqualTo(wire);
    }

    @Test
    void shouldWriteAMissingValueAsADash() {
        assertThat(Format.FIGURE.inReport(null)).isEqualTo("-");
        assertThat(Format.PERCENT.inTerminal(0.0312)).isEqualTo("3.1 %");
        assertThat(Format.TENTH.inReport(16.04)).isEqualTo("16.0");
    }

    @Test
    void shouldCountLatentsThatNeverFiredAsDead() {
        BitSet fired = new BitSet();
        fired.set(0, 3);
        assertThat(MetricTable.deadFraction(LatentSet.of(fired), 4)).isEqualTo(0.25);
    }

    private static Values values(ClassSums sums, int width) {
        return TABLE.values(new Sums(sums, LatentSet.empty(), width, 64));
    }

    private static double metric(Values values, String name) {
        return Objects.requireNonNull(values.metrics().get(name), name);
    }

    private static ClassSums sums(Safetensors input) {
        int rows = 24;
        int width = 16;
        int latents = 64;
        FloatBuffer x = input.tensor("x").data().asFloatBuffer();
        FloatBuffer y = input.tensor("x_hat").data().asFloatBuffer();
        FloatBuffer f = input.tensor("f").data().asFloatBuffer();
        ClassSums total = ClassSums.zero(width);
        for (int row = 0; row < rows; row++) {
            double error = 0;
            double xx = 0;
            double yy = 0;
            double xy = 0;
            double[] sum = new double[width];
            for (int i = 0; i < width; i++) {
                double a = x.get(row * width + i);
                double b = y.get(row * width + i);
                error += (a - b) * (a - b);
                xx += a * a;
                yy += b * b;
                xy += a * b;
                sum[i] = a;
            }
            long active = 0;
            double l1 = 0;
            for (int j = 0; j < latents; j++) {
                double code = f.get(row * latents + j);
                active += code == 0 ? 0 : 1;
                l1 += Math.abs(code);
            }
            total = total.plus(new ClassSums(
                    new ClassSums.Rows(1, DoubleVector.of(sum), xx),
                    new ClassSums.Reconstructed(error, yy, xy, xy / Math.sqrt(xx * yy), Math.sqrt(yy / xx)),
                    new ClassSums.Coded(active, l1)));
        }
        return total;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = MetricTableTest.class.getResourceAsStream(GOLDEN + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }
}
