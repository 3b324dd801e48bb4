package dev.sluice.trainer.spec;

import dev.sluice.trainer.dictionary.Violation;
import java.util.List;
import java.util.stream.Collectors;

/** Variants that cannot be trained: every violation, each naming its path, the rule and the value. */
public final class VariantFileException extends RuntimeException {
    private final transient List<Violation> violations;

    VariantFileException(String source, List<Violation> violations) {
        super(source + ": " + violations.size() + (violations.size() == 1 ? " problem" : " problems") + "\n  "
                + violations.stream().map(Violation::message).collect(Collectors.joining("\n  ")));
        this.violations = List.copyOf(violations);
    }

    private VariantFileException(String source, String sentence) {
        super(source + ": " + sentence);
        this.violations = List.of(Violation.of("", sentence));
    }

    /** What could not be parsed at all has one problem, and a sentence has room for it. */
    static VariantFileException unreadable(String source, String sentence) {
        return new VariantFileException(source, sentence);
    }

    public List<Violation> violations() {
        return violations;
    }
}
