package dev.sluice.trainer.spec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a variant file before there is a stream. */
class VariantFileCheckTest {
    @TempDir
    private Path folder;

    @Test
    void shouldPassWhatSomeStreamCouldTrain() {
        assertThatCode(() -> VariantFileCheck.check(file("""
                        variants:
                          - {id: topk, dictionary: {kind: topk, k: [8, 16]}}
                          - {id: pca, stream: mine, dictionary: {kind: pca, fixed: [4096], per-token: []}}
                          - {id: random, dictionary: {kind: random, k: 700}}
                        """))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a: [unclosed'                                       | cannot be read as YAML or JSON at line 1",
                "'# nothing'                                          | there must be at least one variant",
                "{id: a, dictionary: {kind: tpok}}                    | dictionary.kind must be one of",
                "{id: a, dictionary: {kind: topk, latent: 8}}         | dictionary.latent is not a key",
                "{id: A, dictionary: {kind: topk}}                    | variants[0].id must be a DNS label",
                "{id: a, dictionary: {kind: topk, latents: 16, k: 17}} | variants[0].dictionary.k must be at most dictionary.latents 16, got 17",
                "'[{id: a, dictionary: {kind: topk}}, 3]'             | variants[0] must be an object",
                "'{variants: [{id: a, dictionary: {kind: topk}}, {id: a, dictionary: {kind: pca}}]}' | id a must be used once only"
            })
    void shouldRefuseWhatNoStreamCanChange(String text, String expected) {
        assertThatThrownBy(() -> VariantFileCheck.check(file(text)))
                .isInstanceOf(VariantFileException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining(expected.strip());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("v.yaml"), text);
    }
}
