package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.EvaluatorConfiguration;
import dev.sluice.producer.ProducerConfiguration;
import dev.sluice.producer.service.Key;
import dev.sluice.producer.service.Schema;
import dev.sluice.trainer.TrainerConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** deploy/configuration.md says what the code says. {@code -Dsluice.reference=write} rewrites its table. */
class ConfigurationReferenceTest {
    private static final Path REFERENCE = Path.of("..", "configuration.md");
    private static final String BEGIN = "<!-- keys: written by ConfigurationReferenceTest -->\n";
    private static final String END = "<!-- end of keys -->\n";
    private static final List<Schema> SCHEMAS =
            List.of(ProducerConfiguration.SCHEMA, TrainerConfiguration.SCHEMA, EvaluatorConfiguration.SCHEMA);

    @Test
    void shouldNameEveryKeyWithItsVariableItsDefaultAndItsMeaning() throws IOException {
        String text = Files.readString(REFERENCE);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        assertThat(begin).isLessThanOrEqualTo(end);
        if ("write".equals(System.getProperty("sluice.reference"))) {
            Files.writeString(REFERENCE, text.substring(0, begin) + table() + text.substring(end));
        }

        assertThat(Files.readString(REFERENCE))
                .as("mvn -pl deploy/local -am test -Dtest=ConfigurationReferenceTest -Dsluice.reference=write"
                        + " -Dsurefire.failIfNoSpecifiedTests=false writes it anew")
                .contains(BEGIN + table() + END);
    }

    private static String table() {
        Map<Key<?>, String> services = new LinkedHashMap<>();
        SCHEMAS.forEach(schema ->
                schema.keys().forEach(key -> services.merge(key, schema.service(), (all, one) -> all + ", " + one)));
        StringBuilder table =
                new StringBuilder("| key | variable | value | default | for | meaning |\n|---|---|---|---|---|---|\n");
        services.forEach((key, names) -> table.append("| `%s` | `%s` | %s | %s | %s | %s |%n"
                .formatted(
                        key.name(),
                        key.variable(),
                        key.type().label().replace("|", " or "),
                        key.required() ? "required" : key.absent() == null ? "" : "`" + key.absent() + "`",
                        names.equals("producer, trainer, evaluator") ? "all" : names,
                        key.meaning())));
        return table.toString();
    }
}
