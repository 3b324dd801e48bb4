package dev.sluice.producer.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.synthetic.SyntheticSpec.Amounts;
import dev.sluice.producer.synthetic.SyntheticSpec.Dictionary;
import dev.sluice.producer.synthetic.SyntheticSpec.Extent;
import dev.sluice.producer.synthetic.SyntheticSpec.Firing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedSpecTest {
    @TempDir
    private static Path folder;

    @Test
    void shouldHaveKnownFeaturesByName() throws IOException {
        assertThat(NamedSpec.read("known-features"))
                .isEqualTo(new NamedSpec(
                        "known-features",
                        new SyntheticSpec(
                                new Dictionary(768, 100, Directions.GAUSSIAN),
                                Firing.of(10, Support.EXACT),
                                new Amounts(Distribution.HALF_NORMAL, 0, 1),
                                0.1,
                                new Extent(10_000, 1_000),
                                0)));
    }

    @Test
    void shouldReadEveryBundledOne() throws IOException {
        for (String name : NamedSpec.BUNDLED) {
            assertThat(NamedSpec.read(name).name()).isEqualTo(name);
        }
    }

    @Test
    void shouldReadAFileWithEveryKey() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), """
                {width: 8, features: 20, directions: unit, active: 2.5, support: bernoulli, power: 0.5,
                 correlation: 0.25, groups: 4, coefficients: uniform, minimum: 1, scale: 2, noise: 0.3, rows: 40,
                 validation: 20, seed: -1}
                """);

        assertThat(NamedSpec.read(file.toString()))
                .isEqualTo(new NamedSpec(
                        "mine",
                        new SyntheticSpec(
                                new Dictionary(8, 20, Directions.UNIT),
                                new Firing(2.5, Support.BERNOULLI, 0.5, 0.25, 4),
                                new Amounts(Distribution.UNIFORM, 1, 2),
                                0.3,
                                new Extent(40, 20),
                                -1)));
    }

    @Test
    void shouldNameTheFileAndTheKeyThatIsWrong() {
        assertRefused("{width: 8, features: 4, active: 1}", "synthetic.rows must be given");
        assertRefused(
                "{width: 8, features: 4, active: 1, rows: 5, sparsity: 2}",
                "synthetic must have no other keys than [active, coefficients, correlation, directions, features,"
                        + " groups, minimum, noise, power, rows, scale, seed, support, validation, width],"
                        + " got [sparsity]");
        assertRefused(
                "{width: 8, features: 4, active: 1, rows: 5, support: some}",
                "synthetic.support must be one of [exact, bernoulli], got \"some\"");
        assertRefused(
                "{width: 8, features: 4, active: few, rows: 5}",
                "synthetic.active must be a number, or a share of the features like 10%, got \"few\"");
        assertRefused(
                "{width: 8.5, features: 4, active: 1, rows: 5}", "synthetic.width must be a whole number, got 8.5");
        assertRefused(
                "{width: 8, features: 4, active: 1, rows: 5, validation: 6}",
                "synthetic.validation must be 0 to the number of rows, got 6");
        assertRefused("[1]", "synthetic must be keys and their values, got [1]");
    }

    private static void assertRefused(String text, String message) {
        Path file = folder.resolve("wrong.yaml");
        assertThatThrownBy(() -> {
                    Files.writeString(file, text);
                    NamedSpec.read(file.toString());
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + ": " + message);
    }
}
