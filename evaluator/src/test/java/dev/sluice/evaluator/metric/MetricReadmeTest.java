package dev.sluice.evaluator.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of metrics in the module's README is this code's table. */
class MetricReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final String HEAD = "| metric | what | unit | better | label | Prometheus |";

    @Test
    void shouldListEveryMetricAsTheTableHasIt() throws IOException {
        List<String> lines = Files.readAllLines(README);
        int head = lines.indexOf(HEAD);
        assertThat(head).as("a line " + HEAD).isNotNegative();

        List<String> rows = lines.subList(head + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertThat(rows).as("table of metrics in " + README).isEqualTo(expected());
    }

    private static List<String> expected() {
        return Stream.concat(MetricTable.standard().metrics().stream(), Stream.of(MetricTable.DEAD))
                .map(metric -> Stream.of(
                                "`" + metric.name() + "`",
                                metric.meaning(),
                                metric.unit().word(),
                                metric.better().word(),
                                metric.shown().label(),
                                "`" + metric.prometheusName() + "`")
                        .collect(Collectors.joining(" | ", "| ", " |")))
                .toList();
    }
}
