package dev.sluice.evaluator.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Json;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.results}: how one job over one stored checkpoint ended. Idempotent: the same job over the
 * same checkpoint writes the same key again. A tombstone goes with the variant.
 *
 * @param version of this contract
 * @param key of the record
 * @param checkpoint that the job read
 * @param outcome of the job
 * @param effort that it took
 */
public record JobResult(int version, Key key, Checkpoint checkpoint, Outcome outcome, Effort effort) {
    public static final String DONE = "done";
    public static final String FAILED = "failed";

    /** What the job needs is not at hand; who begins anew tries again. */
    public static final String SKIPPED = "skipped";

    /** Name of the job that scores held-out rows. */
    public static final String SCORING = "scoring";

    /** Name of the job that scores checkpoints through the language model. */
    public static final String THROUGH_MODEL = "through-model";

    public JobResult(Key key, Checkpoint checkpoint, Outcome outcome, Effort effort) {
        this(Json.VERSION, key, checkpoint, outcome, effort);
    }

    /**
     * What makes a result one of its kind.
     *
     * @param variant id
     * @param generation of the variant
     * @param row rows that the checkpoint has consumed, counted on over all passes, so that no two passes share a key
     * @param job name of the job
     */
    public record Key(String variant, int generation, long row, String job) {
        /** As Kafka has it: {@code variant/generation/row/job}. */
        public String text() {
            return variant + "/" + generation + "/" + row + "/" + job;
        }
    }

    /**
     * The checkpoint that was read.
     *
     * @param stream id
     * @param step updates so far
     * @param last the training was done
     * @param sha256 of the file
     */
    public record Checkpoint(String stream, long step, boolean last, String sha256) {}

    /**
     * How it ended.
     *
     * @param state {@link #DONE}, {@link #FAILED} or {@link #SKIPPED}
     * @param reason why it is not done, null if it is
     * @param figures of the job's own form; null if it has none, or if they are in another topic
     * @param file with what is too large for a record, relative to the checkpoint folder; null if there is none
     */
    public record Outcome(
            String state,
            @Nullable String reason,
            @Nullable JsonNode figures,
            @Nullable String file) {
        public static Outcome failed(String reason) {
            return new Outcome(FAILED, reason, null, null);
        }

        public static Outcome skipped(String reason) {
            return new Outcome(SKIPPED, reason, null, null);
        }
    }

    /**
     * What it took.
     *
     * @param rows read
     * @param seconds from the opening of the checkpoint to the result; shared by the variants of one pass over the rows
     * @param atMillis when it ended, milliseconds since 1970
     */
    public record Effort(long rows, double seconds, long atMillis) {}

    /** True if the job found what it looks for. */
    public boolean isDone() {
        return outcome.state().equals(DONE);
    }

    /** True if the job could not be done. */
    public boolean hasFailed() {
        return outcome.state().equals(FAILED);
    }
}
