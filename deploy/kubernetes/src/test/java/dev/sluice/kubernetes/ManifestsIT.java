package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every overlay, rendered and validated. */
class ManifestsIT {
    private static final Validation VALIDATION = new Validation();

    static List<String> overlays() {
        return Kustomize.OVERLAYS;
    }

    @BeforeAll
    static void needsKubectl() {
        Kustomize.assumeInstalled();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldBeValid(String overlay) {
        Stream<String> problems =
                Kustomize.render(overlay).stream().flatMap(manifest -> VALIDATION.problems(manifest).stream());

        assertThat(problems).isEmpty();
    }
}
