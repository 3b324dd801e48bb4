package dev.sluice.producer.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.corpus.BundledSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamModelsTest {
    private static final String HOOK = "blocks.3.hook_resid_post";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path work;

    private static StreamSpec stream(String model, String revision, String tokenizer) {
        return new StreamSpec(
                new RowOrder(
                        new RowOrder.Documents("made", "1", 5, tokenizer),
                        new RowOrder.Cut(128, 0, false),
                        RowOrder.Mixing.ofRows(1024, 7),
                        0),
                new RowValues(model, revision, null, HOOK, 128, "F16"));
    }

    private StreamModels models(Optional<Path> folder) {
        return new StreamModels(folder, work);
    }

    @Test
    void shouldFindTheBundledModelAndAFolderByTheirContent() throws IOException {
        Path own = BundledSample.unpackModel(work.resolve("mine"));
        String digest = ModelSource.ofFolder(own).identity();

        assertThat(models(Optional.empty()).folder(stream("sample", digest, "t")))
                .isEqualTo(work.resolve("model"));
        assertThat(models(Optional.of(own)).folder(stream("mine", digest, "t"))).isEqualTo(own);
    }

    @Test
    void shouldFindTheBundledModelBesideAFolderThatCannotBeRead() throws IOException {
        String digest = ModelSource.ofFolder(BundledSample.unpackModel(work.resolve("mine")))
                .identity();

        assertThat(models(Optional.of(work.resolve("gone"))).folder(stream("sample", digest, "t")))
                .isEqualTo(work.resolve("model"));
    }

    @Test
    void shouldRefuseADifferentModelByName() throws IOException {
        Path own = BundledSample.unpackModel(work.resolve("mine"));
        Files.writeString(own.resolve("config.json"), " ", StandardOpenOption.APPEND);
        String digest = ModelSource.ofFolder(BundledSample.unpackModel(work.resolve("other")))
                .identity();

        assertThatThrownBy(() -> models(Optional.of(own)).folder(stream("mine", digest, "t")))
                .isInstanceOf(NoModelException.class)
                .hasMessageStartingWith("no model: the stream is of 'mine' with digest " + digest.substring(0, 12)
                        + ", but " + own + " holds ")
                .hasMessageEndingWith("evaluator.model-folder must name the folder of that model");
        assertThatThrownBy(() -> models(Optional.empty()).folder(stream("sample", "0".repeat(64), "t")))
                .hasMessageContaining(work.resolve("model") + " holds ");
    }

    @Test
    void shouldSayWhenThereIsNoModelToFind() {
        assertThatThrownBy(() -> models(Optional.empty()).folder(stream("mine", "1".repeat(64), "t")))
                .hasMessage("no model: the stream is of 'mine' with digest 111111111111, a folder;"
                        + " evaluator.model-folder must name the folder of that model");
        assertThatThrownBy(() -> models(Optional.empty()).folder(stream("synthetic", "1", "")))
                .isInstanceOf(NoModelException.class)
                .hasMessageEndingWith("are not made of text");
    }
}
