package dev.sluice.trainer.spec;

import java.util.List;

/** Variants that cannot be trained: every violation, each naming its path, the rule and the value. */
public final class VariantFileException extends RuntimeException {
    private final List<String> violations;

    VariantFileException(String source, List<String> violations) {
        super(source + ": " + violations.size() + (violations.size() == 1 ? " problem" : " problems") + "\n  "
                + String.join("\n  ", violations));
        this.violations = List.copyOf(violations);
    }

    private VariantFileException(String source, String sentence) {
        super(source + ": " + sentence);
        this.violations = List.of(sentence);
    }

    /** What could not be parsed at all has one problem, and a sentence has room for it. */
    static VariantFileException unreadable(String source, String sentence) {
        return new VariantFileException(source, sentence);
    }

    public List<String> violations() {
        return violations;
    }
}
