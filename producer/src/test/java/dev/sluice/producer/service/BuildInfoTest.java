package dev.sluice.producer.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import org.junit.jupiter.api.Test;

class BuildInfoTest {
    @Test
    void shouldNameTheReleaseOfEachServiceOfTheProcess() {
        CollectorRegistry registry = new CollectorRegistry();
        BuildInfo build = new BuildInfo(registry);

        build.runs("trainer");
        build.runs("producer");

        assertThat(Scrape.text(registry, TextFormat.CONTENT_TYPE_004)).isEqualTo("""
                # HELP sluice_build_info The release of each service in this process; always 1.
                # TYPE sluice_build_info gauge
                sluice_build_info{component="producer",version="0.1.0",} 1.0
                sluice_build_info{component="trainer",version="0.1.0",} 1.0
                """);
    }
}
