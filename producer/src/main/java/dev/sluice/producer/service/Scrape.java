package dev.sluice.producer.service;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What {@code /metrics} says: families by name, series by labels. */
public final class Scrape {
    /** When a counter began; nobody asks for it, and it would be a second series for each counter. */
    private static final String CREATED = "_created";

    private Scrape() {}

    /** @param contentType one that {@link TextFormat#chooseContentType} gives */
    public static String text(CollectorRegistry registry, String contentType) {
        List<MetricFamilySamples> families = Collections.list(registry.metricFamilySamples()).stream()
                .map(Scrape::sorted)
                .sorted(Comparator.comparing(family -> family.name))
                .toList();
        StringWriter text = new StringWriter();
        try {
            TextFormat.writeFormat(contentType, text, Collections.enumeration(families));
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot be written", e);
        }
        return text.toString();
    }

    private static MetricFamilySamples sorted(MetricFamilySamples family) {
        Stream<Sample> samples = family.samples.stream().filter(sample -> !sample.name.endsWith(CREATED));
        // The buckets of a histogram have an order of their own.
        boolean sortable = family.type == Collector.Type.COUNTER || family.type == Collector.Type.GAUGE;
        return new MetricFamilySamples(
                family.name,
                family.unit,
                family.type,
                family.help,
                (sortable ? samples.sorted(Comparator.comparing(Scrape::labels)) : samples).toList());
    }

    private static String labels(Sample sample) {
        return String.join(",", sample.labelValues);
    }
}
