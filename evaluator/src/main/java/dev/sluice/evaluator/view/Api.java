package dev.sluice.evaluator.view;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.ModelMetric;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantPhase;
import java.util.List;
import java.util.Map;
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
            @JsonUnwrapped Moment moment,
            List<StreamInfo> streams,
            @Nullable String stream,
            Progress progress,
            List<Node> pipeline) {}

    /** When an overview was made, and by which version. */
    record Moment(String version, long time, long seq) {}

    record StreamInfo(
            String id,
            @JsonUnwrapped Origin origin,
            @JsonUnwrapped Extent extent) {}

    /** What a stream is made of. */
    record Origin(String corpus, String hook, String model, int width, long seed) {}

    /** How far a stream is. */
    record Extent(long rows, long heldoutRows, @Nullable Long expectedRows, boolean complete) {}

    /** The slowest variant decides; tokens count over all passes. {@code waitingFor} is what a trained one still lacks. */
    record Progress(
            @JsonUnwrapped Reached reached,
            @JsonUnwrapped Pass pass,
            boolean done,
            String state,
            @Nullable String waitingFor) {}

    /** Tokens of a variant over all its passes. */
    record Reached(
            @Nullable Long tokens,
            @Nullable Long targetTokens,
            @Nullable Double fraction,
            @Nullable Double remainingSeconds) {
        static final Reached UNKNOWN = new Reached(null, null, null, null);
    }

    /** The pass that a variant is in, from 1, and how many it makes. */
    record Pass(@Nullable Integer epoch, @Nullable Integer epochs) {
        static final Pass UNKNOWN = new Pass(null, null);
    }

    /** One stage of the pipeline strip. */
    record Node(
            @JsonUnwrapped Stage stage,
            @JsonUnwrapped Flow flow,
            @Nullable Double busy,
            String detail,
            boolean bottleneck,
            @Nullable Double lag) {
        Node asBottleneck() {
            return new Node(stage, flow, busy, detail, true, lag);
        }
    }

    record Stage(String id, String label) {}

    /** What goes through a stage, or how far it is behind. */
    record Flow(@Nullable Double value, String unit) {}

    record Variants(long seq, List<Row> variants) {}

    /** What every series is called by; {@code family} is its kind, for now. */
    record Name(String series, String variant, String view, String kind, String stream) {
        @JsonProperty("family")
        String family() {
            return kind;
        }
    }

    record Row(
            @JsonUnwrapped Name name,
            @JsonUnwrapped Standing standing,
            @JsonUnwrapped Pace pace,
            @JsonUnwrapped Measured measured,
            @Nullable ThroughModel throughModel,
            @JsonUnwrapped Stored stored,
            @JsonUnwrapped Specified specified) {}

    record Standing(VariantPhase state, @Nullable String reason, int generation) {}

    record Pace(
            @Nullable Long tokens,
            @Nullable Long targetTokens,
            @Nullable Integer epoch,
            @Nullable Double tokensPerSecond,
            @Nullable Long lagRows) {}

    /**
     * @param metrics of the newest closed window of training, class rest, by their names
     * @param deadFraction of that window
     * @param heldout by the newest scored checkpoint
     * @param prequentialSse over the last fifth of the first pass, by which the best of a group is chosen
     * @param truth how much of a synthetic stream's features was found; null on other streams
     */
    record Measured(
            @JsonAnyGetter Map<String, @Nullable Double> metrics,
            @Nullable Double deadFraction,
            @Nullable HeldOut heldout,
            @Nullable Double prequentialSse,
            TruthFigures.@Nullable Found truth) {}

    /**
     * What the newest scored checkpoint does to the model's predictions.
     *
     * @param metrics by their names
     * @param intervals 95 %, by the names of metrics
     * @param predicted tokens
     */
    record ThroughModel(
            @JsonAnyGetter Map<String, @Nullable Double> metrics,
            Map<String, List<Double>> intervals,
            long predicted) {}

    record Stored(
            @Nullable Long latents,
            @Nullable Long parameters,
            @Nullable Double checkpointAgeSeconds,
            @Nullable Long checkpointTokens) {}

    record Specified(
            @Nullable String group,
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

    /** {@code metrics} by their names, class rest. */
    record HeldOut(@JsonAnyGetter Map<String, @Nullable Double> metrics, double deadFraction, long tokens) {}

    /**
     * {@code ranking} is the name of the metric that ranks; {@code dead} is a metric of latents, {@code throughModel} are
     * of runs of the model, the others of rows.
     */
    public record Metrics(String ranking, List<Metric> metrics, Metric dead, List<ModelMetric> throughModel) {}

    public record Series(long seq, long windowTokens, long deadWindowTokens, List<Columns> series) {}

    /** One curve; {@code values} holds a column for each metric by its name, and {@code dead}. */
    record Columns(
            @JsonUnwrapped Name name,
            String split,
            List<Long> tokens,
            List<Long> time,
            @JsonAnyGetter Map<String, List<@Nullable Double>> values) {
        @JsonProperty("id")
        String id() {
            return name.series();
        }
    }

    record Pareto(
            long seq, List<ParetoPoint> points, @Nullable Reference reference) {}

    record ParetoPoint(
            @JsonUnwrapped Name name,
            @JsonAnyGetter Map<String, @Nullable Double> metrics,
            int latents,
            long tokens,
            boolean last,
            List<List<@Nullable Double>> trail) {}

    record Reference(String family, String label, List<List<@Nullable Double>> line) {}
}
