package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamProgress.Extent;
import dev.sluice.producer.contract.StreamProgress.Place;
import dev.sluice.producer.contract.StreamProgress.Reading;
import dev.sluice.producer.contract.StreamProgress.Run;
import dev.sluice.producer.contract.StreamProgress.Telemetry;
import dev.sluice.producer.contract.StreamSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // a synthetic source needs no engine
class StreamChoiceTest {
    private final Map<String, StreamProgress> log = new HashMap<>();

    @Test
    void shouldNeedNoBlockOnceEveryStreamIsComplete() throws Exception {
        try (OpenSource source = source()) {
            put(source, "F32", true);

            assertThat(choice(source, "F32").areComplete()).isTrue();
            assertThat(choice(source, ProducerSettings.AUTO).areComplete()).isTrue();
        }
    }

    @Test
    void shouldNeedBlocksWhileAStreamGrowsOrIsNotThere() throws Exception {
        try (OpenSource source = source()) {
            assertThat(choice(source, "F16").areComplete()).isFalse();
            assertThat(choice(source, ProducerSettings.AUTO).areComplete()).isFalse();

            put(source, "F16", false);

            assertThat(choice(source, "F16").areComplete()).isFalse();
            assertThat(choice(source, ProducerSettings.AUTO).areComplete()).isFalse();
        }
    }

    @Test
    void shouldNeedABlockToDecideBetweenTwoCompleteStreams() throws Exception {
        try (OpenSource source = source()) {
            put(source, "F16", true);
            put(source, "F32", true);

            assertThat(choice(source, ProducerSettings.AUTO).areComplete()).isFalse();
        }
    }

    private static OpenSource source() throws Exception {
        return OpenSource.open(
                ProducerSettings.of(new RowSource.Synthetic(Synthetics.small(1_000, 0))), null, null, null);
    }

    private StreamChoice choice(OpenSource source, String dtype) {
        return new StreamChoice(source, dtype, ids -> {
            Map<String, StreamProgress> known = new HashMap<>(log);
            known.keySet().retainAll(Set.copyOf(ids));
            return known;
        });
    }

    private void put(OpenSource source, String dtype, boolean complete) {
        StreamSpec spec = source.spec(RowSource.Synthetic.NAME, dtype);
        log.put(
                spec.id(),
                new StreamProgress(
                        spec,
                        spec.digest(),
                        new Extent(1024, 0, complete),
                        new Run(List.of(spec.id()), 1024),
                        Place.START,
                        new Telemetry(new Reading(1, 1, 1, 1024), 1, Map.of(), "cpu", 0, 0)));
    }
}
