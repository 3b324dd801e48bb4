package dev.sluice.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.evaluator.through.RowSet;
import dev.sluice.producer.service.Configuration;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorConfigurationTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("MKL_DYNAMIC", "false", "OMP_DYNAMIC", "false", "SLUICE_KAFKA_BOOTSTRAP_SERVERS", "a:1");

    @TempDir
    private Path folder;

    @Test
    void shouldHaveItsDefaultsAndMapEveryKey() {
        assertThat(read("--checkpoints-dir=" + folder))
                .isEqualTo(EvaluatorConfiguration.of(
                        folder,
                        EvaluatorConfiguration.Model.of(
                                Optional.empty(), Path.of("/tmp/sluice-evaluator"), RowSet.REST),
                        "evaluator --checkpoints-dir=" + folder));
        EvaluatorConfiguration all = read(
                "--checkpoints-dir=" + folder,
                "--evaluator-window-tokens=1",
                "--evaluator-heldout-rows=2",
                "--evaluator-application-id=x",
                "--evaluator-model-folder=" + folder,
                "--evaluator-model-tokens=0",
                "--evaluator-model-marks=true",
                "--evaluator-model-rows=all",
                "--evaluator-work-dir=w",
                "--tracking-dir=" + folder.resolve("events"));
        assertThat(all)
                .isEqualTo(new EvaluatorConfiguration(
                        folder,
                        1,
                        2,
                        "x",
                        new EvaluatorConfiguration.Model(Optional.of(folder), Path.of("w"), 0, true, RowSet.ALL),
                        Optional.of(folder.resolve("events")),
                        all.reproduce()));
    }

    @Test
    void shouldNotLetAnybodyChangeVariantsFromAnotherMachine() {
        assertThatThrownBy(() -> read("--checkpoints-dir=" + folder, "--http-host=0.0.0.0"))
                .hasMessageContaining("http.token-file must be given");
    }

    private static EvaluatorConfiguration read(String... arguments) {
        return EvaluatorConfiguration.of(Configuration.read(EvaluatorConfiguration.SCHEMA, ENVIRONMENT, arguments));
    }
}
