package dev.sluice.trainer.stream;

/**
 * A place in a stream that is read several times.
 *
 * @param epoch the pass, from 0
 * @param row next row of the log
 * @param tokens of the stream before that row, over all passes
 */
public record StreamPosition(int epoch, long row, long tokens) {
    /** The first row of the first pass. */
    public static final StreamPosition START = new StreamPosition(0, 0, 0);

    /** Tokens of the passes before this one. */
    long passStart() {
        return tokens - row;
    }
}
