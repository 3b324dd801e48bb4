package dev.sluice.local.console;

import static java.util.Comparator.comparingDouble;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /api/v1/overview} answers, as far as the terminal shows it. Null where the page does not know yet.
 *
 * @param streams of this data dir
 * @param progress of the slowest variant
 * @param pipeline its stages, in order
 */
public record Overview(
        @Nullable List<Stream> streams,
        @Nullable Progress progress,
        @Nullable List<Stage> pipeline) {

    /**
     * @param id of the stream
     * @param corpus name
     * @param hook name
     * @param model name
     * @param width d
     * @param rows train rows published
     * @param heldoutRows held-out rows published
     * @param expectedRows estimate of the final number of train rows
     * @param complete no more will come
     */
    public record Stream(
            String id,
            @Nullable String corpus,
            @Nullable String hook,
            @Nullable String model,
            @Nullable Integer width,
            long rows,
            long heldoutRows,
            @Nullable Long expectedRows,
            boolean complete) {}

    /**
     * @param tokens trained by the slowest variant
     * @param targetTokens it will train in all
     * @param fraction of the target
     * @param remainingSeconds estimate
     * @param done every variant is trained and scored
     * @param state running, finished or waiting
     * @param epoch of the slowest variant
     * @param epochs of it
     * @param waitingFor what is still to come though all are trained, null for nothing
     */
    public record Progress(
            @Nullable Long tokens,
            @Nullable Long targetTokens,
            @Nullable Double fraction,
            @Nullable Double remainingSeconds,
            boolean done,
            @Nullable String state,
            @Nullable Integer epoch,
            @Nullable Integer epochs,
            @Nullable String waitingFor) {}

    /**
     * @param id corpus, model, log, dictionaries or evaluator
     * @param value of its rate
     * @param unit of the value
     */
    public record Stage(
            String id, @Nullable Double value, @Nullable String unit) {}

    /**
     * What several streams have in common.
     *
     * @param each overview of one stream, at least one
     * @param streams that count; the page may know more
     */
    static Overview slowest(List<Overview> each, List<String> streams) {
        Overview slowest =
                each.stream().min(comparingDouble(Overview::fraction)).orElseThrow();
        List<Stream> known = slowest.streamsOrNone().stream()
                .filter(stream -> streams.contains(stream.id()))
                .toList();
        return new Overview(known, slowest.progress(), slowest.pipeline());
    }

    /** Of the training; a stream that is done is ahead of all that are not. */
    private double fraction() {
        if (progress == null) {
            return 0;
        }
        return (progress.done() ? 1 : 0) + (progress.fraction() == null ? 0 : progress.fraction());
    }

    List<Stream> streamsOrNone() {
        return streams == null ? List.of() : streams;
    }

    /** Tokens per second of a stage, 0 if it does not say. */
    double rate(String stage) {
        if (pipeline == null) {
            return 0;
        }
        return pipeline.stream()
                .filter(s -> s.id().equals(stage) && s.value() != null)
                .mapToDouble(s -> s.value() == null ? 0 : s.value())
                .findFirst()
                .orElse(0);
    }

    /** Whether all that was asked for is trained and scored. */
    public boolean done() {
        return progress != null && progress.done();
    }
}
