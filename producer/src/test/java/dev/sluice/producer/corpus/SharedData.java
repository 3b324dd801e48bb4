package dev.sluice.producer.corpus;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Other people's text and vocabularies, which stay outside the repository. */
public final class SharedData {

    private static final Path ROOT = Path.of("..", "..", "shared", "data");

    private SharedData() {}

    /** A path below {@code ../shared/data} of the repository's root; the test is skipped where it is missing. */
    public static Path path(String relative) {
        Path path = ROOT.resolve(relative);
        assumeThat(Files.exists(path))
                .as("skipped: this test reads ../shared/data/%s, which is not here", relative)
                .isTrue();
        return path;
    }
}
