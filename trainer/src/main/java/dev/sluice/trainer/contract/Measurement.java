package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sluice.producer.contract.Json;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.measurements}, key = variant id: sums over one training batch before its update, or over
 * the held-out rows by one checkpoint. Idempotent: a repeated (variant, view, generation, split, step) is dropped. In JSON
 * the members of the parts stand side by side, with {@code version}.
 *
 * @param subject what was measured
 * @param span which rows it was measured on
 * @param result what was found
 * @param atMillis when it was taken
 */
public record Measurement(
        @JsonUnwrapped Subject subject,
        @JsonUnwrapped Span span,
        @JsonUnwrapped Result result,
        long atMillis) {
    public static final String PREQUENTIAL = "prequential";
    public static final String SEEN = "seen";
    public static final String HELDOUT = "heldout";

    /**
     * A view of a variant.
     *
     * @param variant id
     * @param view of the learner: empty for its only one, {@code first-8}, {@code per-token-8}, ...
     * @param generation 0 until replayed
     * @param stream id
     * @param kind of the dictionary
     */
    public record Subject(String variant, String view, int generation, String stream, String kind) {}

    /**
     * Rows, and when in the training they were measured.
     *
     * @param split {@code prequential} (first pass), {@code seen} (a batch with any row of a later pass), {@code heldout}
     * @param step the update that follows, or the step of the checkpoint that is scored
     * @param tokens trained before this batch, or by the checkpoint
     * @param batchTokens rows measured
     * @param last no further measurement of this split will come
     */
    public record Span(String split, long step, long tokens, long batchTokens, boolean last) {}

    /**
     * What was found.
     *
     * @param width d
     * @param latents size of the view's dictionary
     * @param losses by name, as the learner reports them (loss, l1, aux, gradient-norm, learning-rate), prequential only
     * @param statistics sums
     * @param density how often latents fire; held-out only, null otherwise
     */
    public record Result(
            int width,
            int latents,
            Map<String, Double> losses,
            BatchStatistics statistics,
            @Nullable FiringDensity density) {}

    /** The name of the view in reports and on the page: the variant's id, with the view after it if there are several. */
    public static String series(String variant, String view) {
        return view.isEmpty() ? variant : variant + "-" + view;
    }

    @JsonValue
    SortedMap<String, Object> members() {
        SortedMap<String, Object> members = Json.flat(subject, span, result);
        members.put("version", Json.VERSION);
        members.put("at_millis", atMillis);
        return members;
    }

    public String variant() {
        return subject.variant();
    }

    public String view() {
        return subject.view();
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

    public String split() {
        return span.split();
    }

    public long step() {
        return span.step();
    }

    public long tokens() {
        return span.tokens();
    }

    public long batchTokens() {
        return span.batchTokens();
    }

    public boolean last() {
        return span.last();
    }

    public int width() {
        return result.width();
    }

    public int latents() {
        return result.latents();
    }

    public Map<String, Double> losses() {
        return result.losses();
    }

    public BatchStatistics statistics() {
        return result.statistics();
    }

    public @Nullable FiringDensity density() {
        return result.density();
    }
}
