package dev.sluice.trainer.contract;

import dev.sluice.producer.contract.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.measurements}, key = variant id: sums over one training batch before its update, or over
 * the held-out rows by one checkpoint. Idempotent: a repeated (variant, view, generation, split, step) is dropped.
 *
 * @param version of this contract
 * @param variant id
 * @param view of the learner: empty for its only one, {@code first-8}, {@code per-token-8}, ...
 * @param generation 0 until replayed
 * @param stream id
 * @param kind of the dictionary
 * @param split {@code prequential} (first pass), {@code seen} (a batch with any row of a later pass), {@code heldout}
 * @param step the update that follows, or the step of the checkpoint that is scored
 * @param tokens trained before this batch, or by the checkpoint
 * @param batchTokens rows measured
 * @param last no further measurement of this split will come
 * @param width d
 * @param latents size of the view's dictionary
 * @param losses by name, as the learner reports them (loss, l1, aux, gradient-norm, learning-rate), prequential only
 * @param statistics sums
 * @param density how often latents fire; held-out only, null otherwise
 * @param atMillis when it was taken
 */
public record Measurement(
        int version,
        String variant,
        String view,
        int generation,
        String stream,
        String kind,
        String split,
        long step,
        long tokens,
        long batchTokens,
        boolean last,
        int width,
        int latents,
        Map<String, Double> losses,
        BatchStatistics statistics,
        @Nullable FiringDensity density,
        long atMillis) {
    public static final String PREQUENTIAL = "prequential";
    public static final String SEEN = "seen";
    public static final String HELDOUT = "heldout";

    /** The name of the view in reports and on the page: the variant's id, with the view after it if there are several. */
    public static String series(String variant, String view) {
        return view.isEmpty() ? variant : variant + "-" + view;
    }

    /** What names each value; those that are not given are 0, empty, or null. */
    public static Builder builder(BatchStatistics statistics) {
        return new Builder(statistics);
    }

    /** A measurement whose values are given by name. */
    public static final class Builder {
        private String variant = "";
        private String view = "";
        private int generation;
        private String stream = "";
        private String kind = "";
        private String split = "";
        private long step;
        private long tokens;
        private long batchTokens;
        private boolean last;
        private int width;
        private int latents;
        private Map<String, Double> losses = Map.of();
        private final BatchStatistics statistics;
        private @Nullable FiringDensity density;
        private long atMillis;

        private Builder(BatchStatistics statistics) {
            this.statistics = statistics;
        }

        public Builder variant(String variant) {
            this.variant = variant;
            return this;
        }

        public Builder view(String view) {
            this.view = view;
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

        public Builder split(String split) {
            this.split = split;
            return this;
        }

        public Builder step(long step) {
            this.step = step;
            return this;
        }

        public Builder tokens(long tokens) {
            this.tokens = tokens;
            return this;
        }

        public Builder batchTokens(long batchTokens) {
            this.batchTokens = batchTokens;
            return this;
        }

        public Builder last(boolean last) {
            this.last = last;
            return this;
        }

        public Builder width(int width) {
            this.width = width;
            return this;
        }

        public Builder latents(int latents) {
            this.latents = latents;
            return this;
        }

        public Builder losses(Map<String, Double> losses) {
            this.losses = losses;
            return this;
        }

        public Builder density(@Nullable FiringDensity density) {
            this.density = density;
            return this;
        }

        public Builder atMillis(long atMillis) {
            this.atMillis = atMillis;
            return this;
        }

        public Measurement build() {
            return new Measurement(
                    Json.VERSION,
                    variant,
                    view,
                    generation,
                    stream,
                    kind,
                    split,
                    step,
                    tokens,
                    batchTokens,
                    last,
                    width,
                    latents,
                    losses,
                    statistics,
                    density,
                    atMillis);
        }
    }
}
