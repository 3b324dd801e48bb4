package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One fault each: the validators together find every kind of fault that an API server would. */
class BrokenManifestsIT {
    private static final Validation VALIDATION = new Validation();

    @ParameterizedTest
    @CsvSource({
        "unknown-field, selektor",
        "unknown-nested-field, runAsNonroot",
        "wrong-type, three",
        "missing-required, selector",
        "bad-quantity, 100 gigabytes",
        "bad-enumeration, Sometimes",
        "duplicate-key, http.port",
        "strimzi-unknown-field, replica",
        "keda-unknown-field, maxReplicas",
    })
    void shouldBeRefused(String name, String reason) throws IOException {
        List<String> problems = VALIDATION.problems(broken(name));

        assertThat(problems).anySatisfy(problem -> assertThat(problem).contains(reason));
    }

    @Test
    void shouldKnowTheModelOfAllThatItAccepts() {
        Manifest unknown = Manifest.parse("apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: broken\n")
                .get(0);

        assertThat(VALIDATION.problems(unknown)).containsExactly("Thing broken: no model of example.com/v1 Thing");
    }

    private static Manifest broken(String name) throws IOException {
        try (InputStream text = BrokenManifestsIT.class.getResourceAsStream("broken/" + name + ".yaml")) {
            String yaml = new String(Objects.requireNonNull(text, name).readAllBytes(), StandardCharsets.UTF_8);
            return Manifest.parse(yaml).get(0);
        }
    }
}
