package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.ProducerConfiguration.Input;
import dev.sluice.producer.ProducerConfiguration.Output;
import dev.sluice.producer.hub.Hub;
import dev.sluice.producer.hub.LoggedDownloads;
import dev.sluice.producer.publish.ProducerSettings;
import dev.sluice.producer.publish.RowSource;
import dev.sluice.producer.service.Configuration;
import dev.sluice.producer.tensor.Dtype;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducerConfigurationTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("MKL_DYNAMIC", "false", "OMP_DYNAMIC", "false", "SLUICE_KAFKA_BOOTSTRAP_SERVERS", "a:1");

    private static final Hub HUB = Hub.ofEnvironment(new LoggedDownloads());

    @TempDir
    private Path folder;

    @Test
    void shouldPublishTheWholeSampleByDefault() {
        assertThat(ProducerConfiguration.of(read()))
                .isEqualTo(ProducerConfiguration.of(
                        Input.of("sample", "sample", Dtype.F32, List.of()), 0, 0, Path.of("/tmp/sluice")));
    }

    @Test
    void shouldMapEveryKey() {
        Configuration values = read(
                "--producer-model=org/m@v1",
                "--producer-corpus=org/c",
                "--producer-model-dtype=bf16",
                "--producer-hooks=blocks.1.hook_mlp_out,blocks.3.hook_resid_post",
                "--producer-tokens=5",
                "--producer-seed=-6",
                "--producer-dtype=bf16",
                "--producer-context=64",
                "--producer-truncate=true",
                "--producer-block-rows=7",
                "--producer-records-per-transaction=8",
                "--producer-work-dir=w");

        assertThat(ProducerConfiguration.of(values))
                .isEqualTo(new ProducerConfiguration(
                        new Input(
                                "org/m@v1",
                                "org/c",
                                Dtype.BF16,
                                List.of("blocks.1.hook_mlp_out", "blocks.3.hook_resid_post"),
                                64,
                                true),
                        Optional.empty(),
                        new Output(5, -6, "BF16", 7),
                        8,
                        Path.of("w")));
    }

    @Test
    void shouldRefuseAModelThatIsNeitherThereNorAName() {
        assertThatThrownBy(() -> read("--producer-model=no-such-folder"))
                .hasMessage("producer.model must be 'sample', an existing folder or a name on the hub,"
                        + " ORG/NAME[@REVISION], got no-such-folder (command line)");
    }

    @Test
    void shouldTakeASyntheticSourceInsteadOfAModel() {
        ProducerConfiguration configuration =
                ProducerConfiguration.of(read("--producer-synthetic=known-features", "--producer-tokens=500"));
        ProducerSettings settings = configuration.settings(8, HUB);

        assertThat(settings.tokens()).isEqualTo(500);
        assertThat(settings.source()).isInstanceOfSatisfying(RowSource.Synthetic.class, synthetic -> {
            assertThat(synthetic.source().name()).isEqualTo("known-features");
            assertThat(synthetic.source().spec().features()).isEqualTo(100);
        });
    }

    @Test
    void shouldRefuseAHookThatIsNone() {
        assertThatThrownBy(() -> read("--producer-hooks=blocks.x.hook_mlp_out"))
                .hasMessage("producer.hooks must be hook points like blocks.3.hook_resid_post, each once, got"
                        + " blocks.x.hook_mlp_out (command line)");
    }

    @Test
    void shouldCompleteItselfByTheModelsAndTheCorpusFiles() {
        ProducerSettings settings = sample(List.of()).settings(8, HUB);

        RowSource.Text source = (RowSource.Text) settings.source();
        assertThat(source.hooks()).containsExactly("blocks.3.hook_resid_post");
        assertThat(source.context()).isEqualTo(128);
        assertThat(settings.blockRows()).isEqualTo(ProducerSettings.DEFAULT_BLOCK_ROWS);
        assertThat(settings.partitions()).isEqualTo(8);
        assertThatThrownBy(() -> sample(List.of("blocks.6.hook_mlp_out")).settings(8, HUB))
                .hasMessage("hooks must be in layer 0 to 5 of this model, got blocks.6.hook_mlp_out");
    }

    private ProducerConfiguration sample(List<String> hooks) {
        return ProducerConfiguration.of(
                Input.of(ProducerConfiguration.SAMPLE, ProducerConfiguration.SAMPLE, Dtype.F32, hooks), 0, 0, folder);
    }

    private static Configuration read(String... arguments) {
        return Configuration.read(ProducerConfiguration.SCHEMA, ENVIRONMENT, arguments);
    }
}
