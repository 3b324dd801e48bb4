package dev.sluice.trainer.control;

import java.util.List;

/** Variants that cannot be trained: every violation, each naming its path, the rule and the value. */
public final class VariantFileException extends RuntimeException {
    private final List<String> violations;

    VariantFileException(String source, List<String> violations) {
        super(source + ": " + violations.size() + (violations.size() == 1 ? " problem" : " problems") + "\n  "
                + String.join("\n  ", violations));
        this.violations = List.copyOf(violations);
    }

    public List<String> violations() {
        return violations;
    }
}
