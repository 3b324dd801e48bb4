package dev.sluice.trainer.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.trainer.contract.VariantSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantFilesTest {
    private final VariantFile reader = new VariantFile(new VariantDefaults(List.of(), 5, 1000));

    @TempDir
    private Path folder;

    @Test
    void shouldReadTheFilesOfAFolderByNameAndNothingElse() throws IOException {
        write("b.yml", "a");
        write("a.yaml", "b");
        write(".hidden.yaml", "c");
        write("notes.txt", "d");

        assertThat(VariantFiles.read(folder, reader))
                .extracting(VariantSpec::id)
                .containsExactly("b", "a");
        assertThat(VariantFiles.read(folder.resolve("b.yml"), reader))
                .extracting(VariantSpec::id)
                .containsExactly("a");
    }

    @Test
    void shouldReportTheProblemsOfEveryFileAtOnce() throws IOException {
        write("a.yaml", "same");
        write("b.yaml", "same");
        write("c.yaml", "Wrong");

        assertThatThrownBy(() -> VariantFiles.read(folder, reader))
                .isInstanceOf(VariantFileException.class)
                .hasMessageContaining("id same must be used once only")
                .hasMessageContaining("c.yaml: variants[0].id must be a DNS label");
    }

    private void write(String name, String id) throws IOException {
        Files.writeString(folder.resolve(name), "{id: " + id + ", stream: s, dictionary: {kind: kmeans}}\n");
    }
}
