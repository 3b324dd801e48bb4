package dev.sluice.trainer.spec;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.trainer.contract.Start;
import dev.sluice.trainer.dictionary.Violation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the start of a variant must be, as far as that is certain before its owner asks the log. */
public final class StartRule {
    private StartRule() {}

    /**
     * Why a start is refused; empty if it may be one.
     *
     * @param from as users write it
     * @param stream null if it is not known; a stream that grows may still get any row
     */
    public static Optional<Violation> violation(String from, @Nullable StreamProgress stream) {
        Optional<Start> start = Start.parse(from);
        if (start.isEmpty()) {
            return Optional.of(Violation.must("from", Start.RULE, from));
        }
        if (stream == null || !stream.complete() || !(start.get() instanceof Start.Row row)) {
            return Optional.empty();
        }
        boolean there = row.number() == 0 || row.number() < stream.rows(); // of no rows, row 0 is the end at once
        return there ? Optional.empty() : Optional.of(tooLate(stream, from));
    }

    private static Violation tooLate(StreamProgress stream, String from) {
        String rule = "a row below " + stream.rows() + ", the rows of the stream, which is complete";
        return Violation.must("from", rule, from);
    }
}
