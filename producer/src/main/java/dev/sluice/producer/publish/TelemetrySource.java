package dev.sluice.producer.publish;

import dev.sluice.producer.block.WindowBlock;
import dev.sluice.producer.contract.StreamProgress.Reading;
import dev.sluice.producer.contract.StreamProgress.Telemetry;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page shows of the producer; decides nothing. */
final class TelemetrySource {
    private static final WindowBlock.Reading NOTHING_READ = new WindowBlock.Reading(0, 0, -1);

    private final Clock clock;
    private final long startedMillis;
    private final String device;
    private final long totalCorpusBytes;

    /** @param totalCorpusBytes -1 if unknown */
    TelemetrySource(Clock clock, String device, long totalCorpusBytes) {
        this.clock = clock;
        this.startedMillis = clock.millis();
        this.device = device;
        this.totalCorpusBytes = totalCorpusBytes;
    }

    Telemetry now(WindowBlock.@Nullable Reading reading, long logBytes, Map<String, Double> stageSeconds) {
        WindowBlock.Reading read = reading == null ? NOTHING_READ : reading;
        return new Telemetry(
                new Reading(read.documents(), read.corpusBytes(), totalCorpusBytes, read.expectedRows()),
                logBytes,
                stageSeconds,
                device,
                startedMillis,
                clock.millis());
    }
}
