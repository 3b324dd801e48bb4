package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sluice.producer.contract.Json;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.status}, key = variant id, written by the variant's owner about once a second and at
 * every change of state. In JSON the members of the parts stand side by side, with {@code version}.
 *
 * @param subject whose status it is
 * @param condition where in its life it is
 * @param progress how far it is
 * @param pace how fast
 * @param checkpoint the last that was committed
 * @param atMillis when this was written
 */
public record VariantStatus(
        @JsonUnwrapped Subject subject,
        @JsonUnwrapped Condition condition,
        @JsonUnwrapped Progress progress,
        @JsonUnwrapped Pace pace,
        @JsonUnwrapped Checkpoint checkpoint,
        long atMillis) {
    /**
     * A variant.
     *
     * @param variant id
     * @param generation 0 until replayed
     * @param stream id
     * @param kind of the dictionary
     * @param latents size of the dictionary
     * @param parameters it learns
     */
    public record Subject(String variant, int generation, String stream, String kind, long latents, long parameters) {}

    /**
     * Where in its life a variant is.
     *
     * @param state by its name
     * @param reason why it failed, null otherwise
     */
    public record Condition(VariantPhase state, @Nullable String reason) {}

    /**
     * How far a variant is.
     *
     * @param tokens consumed over all passes
     * @param targetTokens to consume in all, -1 while the stream's end is unknown
     * @param epoch current pass, from 0
     * @param row next row of the log
     * @param lagRows rows of the log not yet read in this pass, 0 once it has ended
     */
    public record Progress(long tokens, long targetTokens, int epoch, long row, long lagRows) {}

    /**
     * How fast a variant is.
     *
     * @param tokensPerSecond over the last seconds
     * @param busySeconds of compute since the process started
     */
    public record Pace(double tokensPerSecond, double busySeconds) {}

    /**
     * The last committed checkpoint.
     *
     * @param checkpointTokens of it, -1 before the first
     * @param checkpointMillis when it was committed, -1 before the first
     */
    public record Checkpoint(long checkpointTokens, long checkpointMillis) {
        /** Before the first. */
        public static final Checkpoint NONE = new Checkpoint(-1, -1);
    }

    @JsonValue
    SortedMap<String, Object> members() {
        SortedMap<String, Object> members = Json.flat(subject, condition, progress, pace, checkpoint);
        members.put("version", Json.VERSION);
        members.put("at_millis", atMillis);
        return members;
    }

    public String variant() {
        return subject.variant();
    }

    public int generation() {
        return subject.generation();
    }

    public String stream() {
        return subject.stream();
    }

    public String kind() {
        return subject.kind();
    }

    public long latents() {
        return subject.latents();
    }

    public long parameters() {
        return subject.parameters();
    }

    public VariantPhase state() {
        return condition.state();
    }

    public @Nullable String reason() {
        return condition.reason();
    }

    public long tokens() {
        return progress.tokens();
    }

    public long targetTokens() {
        return progress.targetTokens();
    }

    public int epoch() {
        return progress.epoch();
    }

    public long row() {
        return progress.row();
    }

    public long lagRows() {
        return progress.lagRows();
    }

    public double tokensPerSecond() {
        return pace.tokensPerSecond();
    }

    public double busySeconds() {
        return pace.busySeconds();
    }

    public long checkpointTokens() {
        return checkpoint.checkpointTokens();
    }

    public long checkpointMillis() {
        return checkpoint.checkpointMillis();
    }
}
