package dev.sluice.trainer.stream;

/** The log does not hold what the stream promises; the message names what was expected and what was found. */
public class StreamException extends RuntimeException {
    StreamException(String message) {
        super(message);
    }

    StreamException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Rows are missing from, or repeated in, the log. */
    public static final class Gap extends StreamException {
        private final boolean repeated;

        Gap(String where, long expected, long found) {
            super(where + ": gap: record.first_row must be " + expected + ", got " + found);
            this.repeated = found < expected;
        }

        /** True if rows come a second time, false if some are missing. */
        public boolean isRepeated() {
            return repeated;
        }
    }

    /** The rows wanted are no longer kept. */
    public static final class RowsLost extends StreamException {
        private final long firstKept;

        RowsLost(String where, long wanted, long kept) {
            super("rows-lost: rows [" + wanted + ", " + kept + ") of " + where + " are deleted; a variant from row "
                    + kept + " can still be trained");
            this.firstKept = kept;
        }

        /** The first row that is still there. */
        public long firstKept() {
            return firstKept;
        }
    }

    /** A record of another stream, or one that cannot be read. */
    public static final class Foreign extends StreamException {
        Foreign(String where, String problem, Throwable cause) {
            super(where + ": " + problem, cause);
        }
    }
}
