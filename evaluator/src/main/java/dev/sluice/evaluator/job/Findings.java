package dev.sluice.evaluator.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job found of one variant.
 *
 * @param measurements for {@code sluice.measurements}, which the rolling metrics are made of; may be empty
 * @param figures small ones, which go into the result; null if there are none
 * @param file what is too large for a record; null if there is nothing
 * @param missing what the job lacked, so that it found nothing; null if it lacked nothing
 */
public record Findings(
        List<Measurement> measurements,
        @Nullable JsonNode figures,
        @Nullable LargeFile file,
        @Nullable String missing) {
    public Findings {
        measurements = List.copyOf(measurements);
    }

    public static Findings measured(List<Measurement> measurements) {
        return new Findings(measurements, null, null, null);
    }

    public static Findings of(JsonNode figures) {
        return new Findings(List.of(), figures, null, null);
    }

    /**
     * Nothing was found.
     *
     * @param missing what the job lacked
     */
    public static Findings skipped(String missing) {
        return new Findings(List.of(), null, null, missing);
    }

    /** These, and a file beside the checkpoint. */
    public Findings with(LargeFile content) {
        return new Findings(measurements, figures, content, missing);
    }

    /**
     * A file that is still to be written.
     *
     * @param extension of its name, without the dot
     * @param content writes it
     */
    public record LargeFile(String extension, Content content) {}

    /** Writes a file. */
    public interface Content {
        void writeTo(Path file) throws IOException;
    }
}
