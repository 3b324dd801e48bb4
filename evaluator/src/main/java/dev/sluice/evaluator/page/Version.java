package dev.sluice.evaluator.page;

/** The release. */
final class Version {
    static final String CURRENT = "0.1.0";

    private Version() {}
}
