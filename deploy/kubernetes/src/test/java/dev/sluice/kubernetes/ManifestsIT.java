package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All that a cluster would be given, rendered and validated. */
class ManifestsIT {
    private static final Validation VALIDATION = new Validation();

    static List<String> folders() {
        return Kustomize.ALL;
    }

    @BeforeAll
    static void needsKubectl() {
        Kustomize.assumeInstalled();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void shouldBeValid(String folder) {
        Stream<String> problems =
                Kustomize.render(folder).stream().flatMap(manifest -> VALIDATION.problems(manifest).stream());

        assertThat(problems).isEmpty();
    }
}
