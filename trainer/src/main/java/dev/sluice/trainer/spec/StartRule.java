package dev.sluice.trainer.spec;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.trainer.contract.Start;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the start of a variant must be, as far as that is certain before its owner asks the log. */
public final class StartRule {
    private StartRule() {}

    /**
     * The sentence that refuses a start; empty if it may be one.
     *
     * @param from as users write it
     * @param stream null if it is not known; a stream that grows may still get any row
     */
    public static Optional<String> violation(String from, @Nullable StreamProgress stream) {
        Optional<Start> start = Start.parse(from);
        if (start.isEmpty()) {
            return Optional.of("from must be " + Start.RULE + ", got " + from);
        }
        if (stream == null || !stream.complete() || !(start.get() instanceof Start.Row row)) {
            return Optional.empty();
        }
        boolean there = row.number() == 0 || row.number() < stream.rows(); // of no rows, row 0 is the end at once
        return there ? Optional.empty() : Optional.of(sentence(stream, from));
    }

    private static String sentence(StreamProgress stream, String from) {
        return "from must be a row below " + stream.rows() + ", the rows of the stream, which is complete, got " + from;
    }
}
