package dev.sluice.producer.corpus.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.producer.corpus.Corpora;
import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.CorpusException;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.DocumentCursor;
import dev.sluice.producer.corpus.Documents;
import dev.sluice.producer.corpus.SharedData;
import dev.sluice.producer.hash.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ParquetTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"train-00000-of-00001.parquet", "train-rg100.parquet"})
    void shouldReadTheRowsOfTheHub(String name) throws IOException {
        List<JsonNode> expected = lines("parquet/expected_rows.sha256.jsonl");
        List<Document> documents = Documents.all(open(name));

        assertThat(documents).hasSize(1311);
        for (int i = 0; i < documents.size(); i++) {
            Document document = documents.get(i);
            byte[] utf8 = document.text().getBytes(StandardCharsets.UTF_8);
            assertThat(document.index()).isEqualTo(i);
            assertThat(Sha256.hex(utf8)).isEqualTo(expected.get(i).get("sha256").asText());
            assertThat(document.subset())
                    .isEqualTo(expected.get(i).get("pile_set_name").asText());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "codec_brotli, 600, true",
        "codec_gzip, 600, true",
        "codec_lz4, 600, true",
        "codec_none, 600, true",
        "codec_snappy, 600, true",
        "codec_zstd, 600, true",
        "columns_swapped, 600, true",
        "delta_length, 600, true",
        "extra_columns, 600, true",
        "large_string, 600, true",
        "meta_json_string, 600, true",
        "page_index_checksum, 600, true",
        "page_v2_snappy, 600, true",
        "page_v2_zstd_nodict, 600, true",
        "plain_nodict, 600, true",
        "required_fields_first50, 50, true",
        "rowgroup_37, 600, true",
        "small_pages, 600, true",
        "text_only, 600, false",
    })
    void shouldReadEveryWayOfWritingTheSameRows(String name, int rows, boolean subsets) throws IOException {
        List<Document> expected = expected("parquet/variants/expected_rows.jsonl", subsets);

        assertThat(Documents.all(open("variants/" + name + ".parquet"))).isEqualTo(expected.subList(0, rows));
    }

    @Test
    void shouldPassOverNullTextsAndKeepTheirNumbers() throws IOException {
        List<Document> expected = expected("parquet/variants/nulls_expected.jsonl", true);

        assertThat(expected).hasSize(173);
        assertThat(Documents.all(open("variants/nulls.parquet"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "train-rg100.parquet, 0",
        "train-rg100.parquet, 99",
        "train-rg100.parquet, 100",
        "train-rg100.parquet, 757",
        "train-rg100.parquet, 1310",
        "train-rg100.parquet, 1311",
        "variants/rowgroup_37.parquet, 36",
        "variants/nulls.parquet, 50",
    })
    void shouldGoOnAtAnyRow(String name, long first) {
        List<Document> all = Documents.all(open(name));

        assertThat(Documents.from(open(name), first))
                .isEqualTo(all.stream().filter(d -> d.index() >= first).toList());
    }

    @Test
    void shouldTellItsProgress() {
        Corpus corpus = open("train-rg100.parquet");
        long before = 0;

        try (DocumentCursor cursor = corpus.open(0)) {
            while (cursor.hasNext()) {
                cursor.next();
                assertThat(cursor.bytesRead()).isBetween(before, corpus.bytes().getAsLong());
                before = cursor.bytesRead();
            }
        }
        assertThat(before).isEqualTo(corpus.bytes().getAsLong());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "variants/bad_magic.parquet | must end with the magic PAR1, got bytes",
                "variants/truncated_footer.parquet | must end with the magic PAR1, got bytes",
                "variants/empty.parquet | holds no documents; a corpus must have at least one row",
            })
    void shouldSayWhatIsWrongWithADamagedFile(String name, String message) {
        Corpus corpus = open(name);

        assertThatThrownBy(() -> Documents.all(corpus))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseEveryConformanceFileWithoutText() throws IOException {
        Path folder = SharedData.path("parquet/parquet-testing");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(p -> p.toString().endsWith(".parquet")).sorted().toList();
        }

        assertThat(files)
                .hasSize(32)
                .allSatisfy(file -> assertThatThrownBy(() -> Documents.all(Corpora.open(file.toString())))
                        .isInstanceOf(CorpusException.class)
                        .hasMessageContaining(file.getFileName().toString()));
    }

    @Test
    void shouldNameTheColumnsWhereThereIsNoText() {
        Corpus corpus = open("parquet-testing/binary.parquet");

        assertThatThrownBy(() -> Documents.all(corpus))
                .hasMessageContaining("binary.parquet: column 'text' is missing; it has the columns [foo]");
    }

    private static Corpus open(String name) {
        return Corpora.open(SharedData.path("parquet/" + name).toString());
    }

    private static List<Document> expected(String name, boolean subsets) throws IOException {
        List<Document> documents = new ArrayList<>();
        List<JsonNode> rows = lines(name);
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = rows.get(i);
            String subset = row.path("meta").path("pile_set_name").asText("");
            if (!row.get("text").isNull()) {
                documents.add(
                        new Document(i, row.get("text").asText(), subsets && !subset.equals("null") ? subset : ""));
            }
        }
        return documents;
    }

    private static List<JsonNode> lines(String name) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(SharedData.path(name))) {
            rows.add(JSON.readTree(line));
        }
        return rows;
    }
}
