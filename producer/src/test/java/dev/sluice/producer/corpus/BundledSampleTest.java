package dev.sluice.producer.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundledSampleTest {

    @TempDir
    Path folder;

    @Test
    void shouldYieldTheDocumentsTokensAndSplitOfItsReadme() throws IOException {
        List<Document> documents = Documents.all(Corpora.open("sample"));
        int heldOutDocuments = 0;
        int[] windows = new int[2];
        int[] tokens = new int[2];

        try (Tokenizer tokenizer = Tokenizer.open(BundledSample.unpackModel(folder))) {
            Windows rule = new Windows(Windows.DEFAULT_CONTEXT, tokenizer.bosId(OptionalInt.of(0)), false);
            for (Document document : documents) {
                int split = document.heldOut() ? 1 : 0;
                heldOutDocuments += split;
                for (Window window : rule.cut(document, tokenizer.ids(document.text()))) {
                    windows[split]++;
                    tokens[split] += window.length();
                }
            }
        }

        assertThat(documents).hasSize(220);
        assertThat(heldOutDocuments).isEqualTo(7);
        assertThat(tokens).containsExactly(131_044, 3_976);
        assertThat(windows).containsExactly(1_110, 33);
    }

    @Test
    void shouldIdentifyItsContent() {
        Corpus sample = BundledSample.corpus();

        assertThat(sample.name()).isEqualTo("sample");
        assertThat(sample.digest()).isEqualTo("2a663a2e959eac863c60700f90d967a9a106db54b8ff1d2022c5e38321151024");
        assertThat(sample.bytes()).hasValue(400_024);
    }

    @Test
    void shouldGoOnFromAnyDocument() {
        Corpus sample = BundledSample.corpus();

        assertThat(Documents.from(sample, 217)).isEqualTo(Documents.all(sample).subList(217, 220));
        assertThat(Documents.from(sample, 220)).isEmpty();
        assertThat(Documents.from(sample, 10_000)).isEmpty();
    }

    @Test
    void shouldRepairADamagedUnpackedModel() throws IOException {
        BundledSample.unpackModel(folder);
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.delete(folder.resolve("tokenizer.json"));

        Path model = BundledSample.unpackModel(folder);

        assertThat(model.resolve("config.json")).hasSize(765);
        assertThat(model.resolve("tokenizer.json")).hasSize(259_512);
        assertThat(model.resolve("model.safetensors")).hasSize(4_485_272);
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }
}
