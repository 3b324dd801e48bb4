package dev.sluice.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlotTest {
    /** Halves with every step: a straight line on a logarithmic scale. */
    private static final List<double[]> HALVING = IntStream.range(0, 8)
            .mapToObj(i -> new double[] {1000.0 * i, Math.pow(0.5, i)})
            .toList();

    @Test
    void shouldDrawAStraightLineOfWhatFallsByEqualShares() {
        assertThat(new Plot(8, 8, false).lines(HALVING))
                .containsExactly(
                        "    1.0000 |*",
                        "           | *",
                        "           |  *",
                        "           |   *",
                        "           |    *",
                        "           |     *",
                        "           |      *",
                        "    0.0078 |       *",
                        "           +--------",
                        "            0  7,000");
    }

    @Test
    void shouldDrawTwoByFourDotsInACharacterWhereTheTerminalHasThem() {
        List<String> lines = new Plot(4, 2, true).lines(HALVING);

        assertThat(lines.get(0)).isEqualTo("    1.0000 ┤⠑⢄");
        assertThat(lines.get(1)).isEqualTo("    0.0078 ┤  ⠑⢄");
    }

    @Test
    void shouldDrawACurveInOneLine() {
        assertThat(new Plot(8, 1, true).spark(HALVING)).isEqualTo("█▇▆▅▄▃▂▁");
        assertThat(new Plot(8, 1, false).spark(HALVING)).isASCII().hasSize(8);
    }

    @Test
    void shouldDrawASinglePointAndEqualValues() {
        assertThat(new Plot(8, 3, true).lines(List.of(new double[] {5, 0.5}))).hasSize(5);
        assertThat(new Plot(8, 3, true).lines(List.of(new double[] {0, 0}, new double[] {5, 0})))
                .hasSize(5)
                .noneMatch(line -> line.contains("NaN"));
    }
}
