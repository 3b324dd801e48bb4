package dev.sluice.evaluator.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelTableTest {
    private static final RunSums ORIGINAL = new RunSums(10, 30, 0, 10);
    private static final RunSums ZERO = new RunSums(10, 80, 40, 1);
    private static final RunSums MEAN = new RunSums(10, 70, 30, 2);

    private static Map<String, Double> values(RunSums run) {
        return ModelTable.values(new ModelSums(run, ORIGINAL, ZERO, MEAN));
    }

    @Test
    void shouldDivideSumsOfRuns() {
        assertThat(values(new RunSums(10, 35, 4, 9)))
                .containsEntry("cross_entropy", 3.5)
                .containsEntry("ce_increase", 0.5)
                .containsEntry("kl", 0.4)
                .containsEntry("kl_recovered", 0.9)
                .containsEntry("ce_recovered", 0.9)
                .containsEntry("ce_recovered_mean", 0.875)
                .containsEntry("top1_agreement", 0.9);
    }

    @Test
    void shouldGiveExactlyOneToTheOriginalAndExactlyZeroToTheAblation() {
        assertThat(values(ORIGINAL)).containsEntry("ce_recovered", 1.0).containsEntry("kl_recovered", 1.0);
        assertThat(values(ZERO)).containsEntry("ce_recovered", 0.0).containsEntry("kl_recovered", 0.0);
        assertThat(values(MEAN)).containsEntry("ce_recovered_mean", 0.0);
        assertThat(values(new RunSums(10, 90, 50, 0)).get("ce_recovered")).isCloseTo(-0.2, within(1e-12));
    }

    @Test
    void shouldSayNothingOfTheShareOfNextToNothing() {
        RunSums harmless = new RunSums(10, 30.0999, 0.0999, 10);
        Map<String, Double> values = ModelTable.values(new ModelSums(ORIGINAL, ORIGINAL, harmless, RunSums.ZERO));

        assertThat(values)
                .containsOnlyKeys("cross_entropy", "ce_increase", "kl", "top1_agreement")
                .containsEntry("ce_increase", 0.0);
        assertThat(ModelTable.values(new ModelSums(RunSums.ZERO, RunSums.ZERO, RunSums.ZERO, RunSums.ZERO)))
                .isEmpty();
        assertThat(ModelTable.named(values)).containsEntry("ce_recovered", null).hasSize(7);
    }

    @Test
    void shouldBeTheTableOfTheReadme() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("README.md"));
        int head = lines.indexOf("| metric | formula | label |");
        List<String> rows = lines.subList(head + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertThat(rows).hasSameSizeAs(ModelTable.metrics());
        for (int i = 0; i < rows.size(); i++) {
            ModelMetric metric = ModelTable.metrics().get(i);
            assertThat(rows.get(i))
                    .startsWith("| `" + metric.name() + "` |")
                    .endsWith("| " + metric.shown().label() + " |");
        }
    }
}
