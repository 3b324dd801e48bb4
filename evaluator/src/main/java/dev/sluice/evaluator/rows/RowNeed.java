package dev.sluice.evaluator.rows;

import dev.sluice.producer.contract.StreamProgress;
import java.util.Optional;

/**
 * Which rows of a stream a job reads: the first ones of a split.
 *
 * @param split which of the stream's two logs
 * @param most rows that are read at most
 * @param shape of the batches
 */
public record RowNeed(Split split, long most, Shape shape) {
    private static final long ALL = Long.MAX_VALUE;

    /** The two logs of a stream. */
    public enum Split {
        TRAIN,
        HELDOUT
    }

    /** What a batch is made of. */
    public enum Shape {
        /** Any consecutive rows. */
        ROWS,
        /**
         * Whole windows of tokens, as the model read them. Held-out rows lie in the order of the corpus; training rows
         * do where the stream's mixing is {@code sequences}.
         */
        WINDOWS
    }

    public RowNeed {
        if (most < 1) {
            throw new IllegalArgumentException("rows.most must be at least 1, got " + most);
        }
    }

    /** The first rows of a split. */
    public static RowNeed first(Split split, long most) {
        return new RowNeed(split, most, Shape.ROWS);
    }

    /** All rows of a split, once the stream is complete. */
    public static RowNeed all(Split split) {
        return new RowNeed(split, ALL, Shape.ROWS);
    }

    /** The same rows, in whole windows. */
    public RowNeed inWindows() {
        return new RowNeed(split, most, Shape.WINDOWS);
    }

    /**
     * The rows of a stream that are meant.
     *
     * @param rows from the first one on
     * @param complete the log has no row after them
     */
    public record Range(long rows, boolean complete) {}

    /** Empty while they are not all in the log. */
    public Optional<Range> in(StreamProgress stream) {
        long inLog = split == Split.TRAIN ? stream.rows() : stream.heldoutRows();
        if (stream.complete()) {
            return Optional.of(new Range(Math.min(most, inLog), most >= inLog));
        }
        return inLog >= most ? Optional.of(new Range(most, false)) : Optional.empty();
    }
}
