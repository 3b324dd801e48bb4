package dev.sluice.trainer.contract;

import dev.sluice.producer.contract.Json;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.status}, key = variant id, written by the variant's owner about once a second and at
 * every change of state.
 *
 * @param version of this contract
 * @param variant id
 * @param generation 0 until replayed
 * @param stream id
 * @param kind of the dictionary
 * @param state by its name
 * @param reason why it failed, null otherwise
 * @param tokens consumed over all passes
 * @param targetTokens to consume in all, -1 while the stream's end is unknown
 * @param epoch current pass, from 0
 * @param row next row of the log
 * @param lagRows rows of the log not yet read in this pass, 0 once it has ended
 * @param tokensPerSecond over the last seconds
 * @param busySeconds of compute since the process started
 * @param checkpointTokens tokens of the last committed checkpoint, -1 before the first
 * @param checkpointMillis when it was committed, -1 before the first
 * @param latents size of the dictionary
 * @param parameters it learns
 * @param atMillis when this was written
 */
public record VariantStatus(
        int version,
        String variant,
        int generation,
        String stream,
        String kind,
        VariantPhase state,
        @Nullable String reason,
        long tokens,
        long targetTokens,
        int epoch,
        long row,
        long lagRows,
        double tokensPerSecond,
        double busySeconds,
        long checkpointTokens,
        long checkpointMillis,
        long latents,
        long parameters,
        long atMillis) {
    /** What names each value; those that are not given are 0, empty, or null. */
    public static Builder builder(VariantPhase state) {
        return new Builder(state);
    }

    /** A status whose values are given by name. */
    public static final class Builder {
        private String variant = "";
        private int generation;
        private String stream = "";
        private String kind = "";
        private final VariantPhase state;
        private @Nullable String reason;
        private long tokens;
        private long targetTokens;
        private int epoch;
        private long row;
        private long lagRows;
        private double tokensPerSecond;
        private double busySeconds;
        private long checkpointTokens;
        private long checkpointMillis;
        private long latents;
        private long parameters;
        private long atMillis;

        private Builder(VariantPhase state) {
            this.state = state;
        }

        public Builder variant(String variant) {
            this.variant = variant;
            return this;
        }

        public Builder generation(int generation) {
            this.generation = generation;
            return this;
        }

        public Builder stream(String stream) {
            this.stream = stream;
            return this;
        }

        public Builder kind(String kind) {
            this.kind = kind;
            return this;
        }

        public Builder reason(@Nullable String reason) {
            this.reason = reason;
            return this;
        }

        public Builder tokens(long tokens) {
            this.tokens = tokens;
            return this;
        }

        public Builder targetTokens(long targetTokens) {
            this.targetTokens = targetTokens;
            return this;
        }

        public Builder epoch(int epoch) {
            this.epoch = epoch;
            return this;
        }

        public Builder row(long row) {
            this.row = row;
            return this;
        }

        public Builder lagRows(long lagRows) {
            this.lagRows = lagRows;
            return this;
        }

        public Builder tokensPerSecond(double tokensPerSecond) {
            this.tokensPerSecond = tokensPerSecond;
            return this;
        }

        public Builder busySeconds(double busySeconds) {
            this.busySeconds = busySeconds;
            return this;
        }

        public Builder checkpointTokens(long checkpointTokens) {
            this.checkpointTokens = checkpointTokens;
            return this;
        }

        public Builder checkpointMillis(long checkpointMillis) {
            this.checkpointMillis = checkpointMillis;
            return this;
        }

        public Builder latents(long latents) {
            this.latents = latents;
            return this;
        }

        public Builder parameters(long parameters) {
            this.parameters = parameters;
            return this;
        }

        public Builder atMillis(long atMillis) {
            this.atMillis = atMillis;
            return this;
        }

        public VariantStatus build() {
            return new VariantStatus(
                    Json.VERSION,
                    variant,
                    generation,
                    stream,
                    kind,
                    state,
                    reason,
                    tokens,
                    targetTokens,
                    epoch,
                    row,
                    lagRows,
                    tokensPerSecond,
                    busySeconds,
                    checkpointTokens,
                    checkpointMillis,
                    latents,
                    parameters,
                    atMillis);
        }
    }
}
