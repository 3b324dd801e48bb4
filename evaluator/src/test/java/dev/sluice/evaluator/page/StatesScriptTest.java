package dev.sluice.evaluator.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.trainer.contract.VariantPhase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StatesScriptTest {
    @Test
    void shouldNameEveryStateOfAVariantAsTheApiSpellsIt() throws IOException {
        Matcher list = Pattern.compile("URGENT = \\[(.*)]").matcher(script("states.js"));

        assertThat(list.find()).isTrue();
        assertThat(list.group(1).replace("\"", "").split(", "))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(VariantPhase.values())
                        .map(VariantPhase::wireName)
                        .toList());
    }

    @Test
    void shouldTellWhatIsOverAsTheTrainerDoes() throws IOException {
        String over = Arrays.stream(VariantPhase.values())
                .filter(VariantPhase::isOver)
                .map(phase -> '"' + phase.wireName() + '"')
                .reduce((one, other) -> one + ", " + other)
                .orElseThrow();

        assertThat(script("states.js")).contains("isOver = ({ state }) => [" + over + "].includes(state)");
    }

    private static String script(String name) throws IOException {
        try (InputStream file =
                Objects.requireNonNull(StatesScriptTest.class.getResourceAsStream("/webroot/js/" + name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
