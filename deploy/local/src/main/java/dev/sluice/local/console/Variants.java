package dev.sluice.local.console;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.metric.Metric;
import dev.sluice.trainer.contract.VariantPhase;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /api/v1/table} answers, as far as the terminal shows it.
 *
 * @param variants one row per series
 */
public record Variants(@Nullable List<Row> variants) {

    /**
     * @param series name of the row
     * @param variant id; a PCA has several series
     * @param stream id
     * @param state of training
     * @param reason of a failure
     * @param others the other members: tokens trained, metrics of the newest window of training over class rest by
     *     their names, under {@code heldout} those of the newest scored checkpoint, and under {@code through_model}
     *     those through the language model
     */
    public record Row(
            String series,
            @Nullable String variant,
            @Nullable String stream,
            @Nullable VariantPhase state,
            @Nullable String reason,
            @JsonAnySetter Map<String, JsonNode> others) {

        /** Trained. */
        @Nullable
        Long tokens() {
            JsonNode tokens = others.get("tokens");
            return tokens == null || !tokens.isNumber() ? null : tokens.asLong();
        }

        /** The value of a metric; null if there is none. */
        @Nullable
        Double figure(Metric metric) {
            return number(others.get(metric.name()));
        }

        /** That of another member. */
        @Nullable
        Double figure(String name) {
            return number(others.get(name));
        }

        /** A member that is text; empty if there is none. */
        String text(String name) {
            JsonNode value = others.get(name);
            return value == null ? "" : value.asText("");
        }

        /** The value of the metric of this name under {@code group}; null if there is none. */
        @Nullable
        Double figure(String group, String metric) {
            JsonNode members = others.get(group);
            return members == null ? null : number(members.get(metric));
        }

        private static @Nullable Double number(@Nullable JsonNode value) {
            return value == null || !value.isNumber() ? null : value.asDouble();
        }

        boolean failed() {
            return VariantPhase.FAILED == state;
        }

        /** Those whose newest end is a failure. */
        Stream<JsonNode> failedJobs() {
            return jobs(JobResult.FAILED);
        }

        /** Whether nothing was scored through the language model, since it is not at hand. */
        boolean lacksModel() {
            return jobs(JobResult.SKIPPED)
                    .anyMatch(job -> job.path("job").asText().equals(JobResult.THROUGH_MODEL));
        }

        private Stream<JsonNode> jobs(String state) {
            JsonNode jobs = others.get("jobs");
            return jobs == null
                    ? Stream.empty()
                    : StreamSupport.stream(jobs.spliterator(), false)
                            .filter(job -> job.path("state").asText().equals(state));
        }
    }

    Variants on(List<String> streams) {
        return new Variants(rows().stream()
                .filter(row -> row.stream() == null || streams.contains(row.stream()))
                .toList());
    }

    List<Row> rows() {
        return variants == null ? List.of() : variants;
    }

    /** Variants that gave up and jobs on them that failed, each once, with their reasons. */
    public List<String> failures() {
        return rows().stream().flatMap(Variants::failures).distinct().toList();
    }

    private static Stream<String> failures(Row row) {
        String variant = "variant " + (row.variant() == null ? row.series() : row.variant());
        Stream<String> training =
                row.failed() ? Stream.of(variant + " failed: " + reason(row.reason())) : Stream.empty();
        return Stream.concat(
                training,
                row.failedJobs()
                        .map(job -> variant + ": job " + job.path("job").asText() + " failed: "
                                + reason(job.path("reason").textValue())));
    }

    private static String reason(@Nullable String given) {
        return given == null ? "no reason was given" : given;
    }
}
