package dev.sluice.evaluator.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the page's JSON API says, in snake_case; what is not known is null. Times are milliseconds since 1970. */
public final class Api {
    private static final ObjectMapper MAPPER = Json.mapper()
            .copy()
            .setDefaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS));

    private Api() {}

    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    record Overview(
            String version,
            long time,
            long seq,
            List<StreamInfo> streams,
            @Nullable String stream,
            Progress progress,
            List<Node> pipeline) {}

    record StreamInfo(
            String id,
            String corpus,
            String hook,
            String model,
            int width,
            long rows,
            long heldoutRows,
            @Nullable Long expectedRows,
            boolean complete,
            long seed) {}

    /** The slowest variant decides; tokens count over all passes. {@code waitingFor} is what a trained one still lacks. */
    record Progress(
            @Nullable Long tokens,
            @Nullable Long targetTokens,
            @Nullable Double fraction,
            @Nullable Double remainingSeconds,
            boolean done,
            String state,
            @Nullable Integer epoch,
            @Nullable Integer epochs,
            @Nullable String waitingFor) {}

    /** One stage of the pipeline strip. */
    record Node(
            String id,
            String label,
            @Nullable Double value,
            String unit,
            @Nullable Double busy,
            String detail,
            boolean bottleneck,
            @Nullable Double lag) {
        Node asBottleneck() {
            return new Node(id, label, value, unit, busy, detail, true, lag);
        }
    }

    record Variants(long seq, List<Row> variants) {}

    /** {@code prequentialSse}: over the last fifth of the first pass, by which the best of a group is chosen. */
    record Row(
            String series,
            String variant,
            String view,
            String kind,
            String family,
            @Nullable String group,
            int generation,
            String stream,
            String state,
            @Nullable String reason,
            @Nullable Long tokens,
            @Nullable Long targetTokens,
            @Nullable Integer epoch,
            @Nullable Double fvu,
            @Nullable Double mse,
            @Nullable Double l0,
            @Nullable Double deadFraction,
            @Nullable HeldOut heldout,
            @Nullable Double prequentialSse,
            @Nullable Double tokensPerSecond,
            @Nullable Long lagRows,
            @Nullable Double checkpointAgeSeconds,
            @Nullable Long checkpointTokens,
            @Nullable Long latents,
            @Nullable Long parameters,
            @Nullable DictionarySpec dictionary,
            @Nullable TrainingSpec training,
            List<JobState> jobs) {}

    /** The newest end of one job; {@code reason} of a failure. */
    record JobState(String job, String state, @Nullable String reason, long tokens) {
        static JobState of(JobResult result) {
            return new JobState(
                    result.key().job(),
                    result.outcome().state(),
                    result.outcome().reason(),
                    result.key().row());
        }
    }

    /** The newest of each variant and job. */
    public record Results(long seq, List<JobResult> results) {}

    record HeldOut(@Nullable Double fvu, double mse, double sse, double l0, double deadFraction, long tokens) {}

    public record Series(long seq, long windowTokens, long deadWindowTokens, List<Columns> series) {}

    record Columns(
            String id,
            String variant,
            String view,
            String kind,
            String family,
            String stream,
            String split,
            List<Long> tokens,
            List<Long> time,
            List<@Nullable Double> fvu,
            List<Double> mse,
            List<Double> l0,
            List<@Nullable Double> dead) {}

    record Pareto(
            long seq, List<ParetoPoint> points, @Nullable Reference reference) {}

    record ParetoPoint(
            String series,
            String variant,
            String view,
            String kind,
            String family,
            String stream,
            double l0,
            @Nullable Double fvu,
            double mse,
            int latents,
            long tokens,
            boolean last,
            List<List<@Nullable Double>> trail) {}

    record Reference(String family, String label, List<List<@Nullable Double>> line) {}
}
