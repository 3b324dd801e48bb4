package dev.sluice.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.service.Configuration;
import dev.sluice.trainer.training.TrainerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerConfigurationTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("MKL_DYNAMIC", "false", "OMP_DYNAMIC", "false", "SLUICE_KAFKA_BOOTSTRAP_SERVERS", "a:1");

    @TempDir
    private Path folder;

    @Test
    void shouldHaveItsDefaultsAndMapEveryKey() throws Exception {
        Path variants = Files.writeString(folder.resolve("v.yaml"), "");

        assertThat(read("--checkpoints-dir=" + folder))
                .isEqualTo(new TrainerConfiguration(
                        folder,
                        TrainerSettings.GROUP,
                        Optional.empty(),
                        Optional.empty(),
                        TrainerConfiguration.EPOCHS));
        assertThat(read(
                        "--checkpoints-dir=" + folder,
                        "--trainer-group=g",
                        "--trainer-instance=i",
                        "--trainer-variants=" + variants,
                        "--trainer-epochs=2"))
                .isEqualTo(new TrainerConfiguration(folder, "g", Optional.of("i"), Optional.of(variants), 2));
    }

    private static TrainerConfiguration read(String... arguments) {
        return TrainerConfiguration.of(Configuration.read(TrainerConfiguration.SCHEMA, ENVIRONMENT, arguments));
    }
}
