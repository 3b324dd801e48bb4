package dev.sluice.evaluator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.contract.TruthFigures.Chance;
import dev.sluice.evaluator.contract.TruthFigures.Firing;
import dev.sluice.evaluator.contract.TruthFigures.Found;
import dev.sluice.evaluator.contract.TruthFigures.Histogram;
import dev.sluice.evaluator.contract.TruthFigures.Latents;
import dev.sluice.evaluator.contract.TruthFigures.View;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class TruthSectionTest {
    private static final Histogram HISTOGRAM = new Histogram(List.of(-5.0, -2.5, 0.0), List.of(3, 1));
    private static final View TRUTH = new View(
            new Found(0.97, 0.8, 0.95, 0.7, 1.0, 0.96, 64, "hungarian", new Chance(0.4, 0.3)),
            new Firing(0.9, null, 0.85),
            new Latents(4, 3, 2, 1.5, 2.25, HISTOGRAM, HISTOGRAM));

    @Test
    void shouldWriteARowForEachSeriesWithTheMostFoundFirst() {
        View less = new View(
                new Found(0.5, null, 0.25, null, null, 0.4, 64, "hungarian", new Chance(0.4, 0.3)), null, null);
        StringBuilder text = new StringBuilder();

        TruthSection.add(text, report(entry("a", less), entry("b", TRUTH), entry("c", null)));

        assertThat(text.toString().lines().filter(line -> line.startsWith("| ")).skip(1))
                .containsExactly(
                        "| b | 0.950 | 0.970 | 0.400 | 0.700 | 0.800 | 0.300 | 1.000 | 0.960 | 0.900 | - | 0.850 | 3 | 2"
                                + " | 2.250 |",
                        "| a | 0.250 | 0.500 | 0.400 | - | - | 0.300 | - | 0.400 | - | - | - | - | - | - |");
    }

    @Test
    void shouldSayNothingOfStreamsWithoutKnownFeatures() {
        StringBuilder text = new StringBuilder();

        TruthSection.add(text, report(entry("c", null)));

        assertThat(text).isEmpty();
    }

    @Test
    void shouldDrawWellFormedSvg() throws Exception {
        String svg = FeaturesChart.svg(report(entry("a<b", TRUTH), entry("c", null)));

        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(svg)
                .contains("a&lt;b", "95 % of the features at cosine 0.9, MCC 0.960; 3 of 4 latents alive, 2 above 1 %")
                .doesNotContain(">c<");
    }

    private static Report report(Report.Entry... entries) {
        return new Report("s", 10, 2, List.of(entries), null);
    }

    private static Report.Entry entry(String id, @Nullable View truth) {
        return new Report.Entry(
                new Report.Name(id, id, "", "topk"),
                new Report.Membership(null, Map.of()),
                new Report.Size(10, 4, 8),
                new Report.Results(null, Map.of(), null, null, null, truth));
    }
}
