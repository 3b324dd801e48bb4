package dev.sluice.producer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.producer.hash.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenizerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"neox, pythia_20B_tokenizer.json", "gpt2, gpt2_tokenizer.json"})
    void shouldGiveTheGoldenIdsOfHardStrings(String name, String file) throws IOException {
        List<JsonNode> golden = golden("tokenizer_golden.jsonl");

        try (Tokenizer tokenizer = Tokenizer.open(SharedData.path("tokenizers/" + file))) {
            assertThat(golden)
                    .hasSize(106)
                    .allSatisfy(row -> assertThat(tokenizer.ids(row.get("text").asText()))
                            .as(row.get("name").asText())
                            .isEqualTo(ids(row.get(name))));
        }
    }

    @ParameterizedTest
    @CsvSource({"neox, pythia_20B_tokenizer.json", "gpt2, gpt2_tokenizer.json"})
    void shouldGiveTheGoldenIdsOfWholeDocuments(String name, String file) throws IOException {
        List<JsonNode> golden = golden("tokenizer_golden_docs.jsonl");
        Map<String, List<Document>> documents = new HashMap<>();
        for (JsonNode row : golden) {
            documents.computeIfAbsent(row.get("file").asText(), TokenizerTest::pile);
        }

        try (Tokenizer tokenizer = Tokenizer.open(SharedData.path("tokenizers/" + file))) {
            assertThat(golden).hasSize(279).allSatisfy(row -> {
                List<Document> corpus =
                        Objects.requireNonNull(documents.get(row.get("file").asText()));
                Document document = corpus.get(row.get("row").asInt());
                int[] ids = tokenizer.ids(document.text());
                assertThat(document.subset()).isEqualTo(row.get("pile_set_name").asText());
                assertThat(ids).hasSize(row.get(name + "_n").asInt());
                assertThat(Arrays.copyOf(ids, Math.min(64, ids.length))).isEqualTo(ids(row.get(name + "_first64")));
                assertThat(sha256(ids)).isEqualTo(row.get(name + "_sha256_le32").asText());
            });
        }
    }

    @Test
    void shouldTokenizeADocumentOfMegabytesWhole() {
        Path pile = SharedData.path("pile/pile_test_10_per_subset.jsonl");
        String longest = "";
        try (DocumentCursor documents = Corpora.open(pile.toString()).open(0)) {
            while (documents.hasNext()) {
                String text = documents.next().text();
                longest = text.length() > longest.length() ? text : longest;
            }
        }

        try (Tokenizer tokenizer = Tokenizer.open(SharedData.path("tokenizers/pythia_20B_tokenizer.json"))) {
            int[] ids = tokenizer.ids(longest);

            assertThat(longest.length()).isGreaterThan(1_000_000);
            assertThat(ids.length).isGreaterThan(longest.length() / 10);
        }
    }

    @Test
    void shouldPinTheBundledTokenizer() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(BundledSample.unpackModel(folder))) {
            assertThat(tokenizer.digest())
                    .isEqualTo("7f57be356d189d0dc0f174060964cdfd1d279d5b6e233a66d00c0ea752f4341e");
            assertThat(tokenizer.specialIds()).containsExactly(0);
            assertThat(tokenizer.bosId(OptionalInt.empty())).isZero();
            assertThat(tokenizer.ids("")).isEmpty();
            assertThat(tokenizer.ids("a<|endoftext|>b")).containsExactly(65, 0, 66);
            assertThat(tokenizer.ids("Hello, world! \u00e9 \ud83d\ude00 \u0000"))
                    .containsExactly(40, 490, 79, 12, 1955, 1, 221, 3557, 221, 173, 254, 247, 223, 221, 189);
        }
    }

    @Test
    void shouldNeverCutOrPadWhateverTheFileAsksFor() throws IOException {
        Path model = BundledSample.unpackModel(folder);
        String json = Files.readString(model.resolve("tokenizer.json"));
        Path asking = folder.resolve("asking.json");
        Files.writeString(
                asking,
                json.replaceFirst(
                                "\"truncation\":\\s*null",
                                "\"truncation\":{\"direction\":\"Right\",\"max_length\":4,\"strategy\":\"LongestFirst\",\"stride\":0}")
                        .replaceFirst(
                                "\"padding\":\\s*null",
                                "\"padding\":{\"strategy\":{\"Fixed\":64},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                                        + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"<|endoftext|>\"}"));
        String text = "one two three four five six seven eight nine ten";

        try (Tokenizer plain = Tokenizer.open(model);
                Tokenizer tokenizer = Tokenizer.open(asking)) {
            assertThat(plain.ids(text)).hasSizeBetween(10, 63);
            assertThat(tokenizer.ids(text)).isEqualTo(plain.ids(text));
        }
    }

    @Test
    void shouldGiveTheSameIdsToSeveralThreads() throws IOException {
        List<Document> documents = Documents.all(BundledSample.corpus());
        try (Tokenizer tokenizer = Tokenizer.open(BundledSample.unpackModel(folder))) {
            List<int[]> alone =
                    documents.stream().map(d -> tokenizer.ids(d.text())).toList();
            List<int[]> together =
                    documents.parallelStream().map(d -> tokenizer.ids(d.text())).toList();

            assertThat(together).usingElementComparator(Arrays::compare).isEqualTo(alone);
        }
    }

    @Test
    void shouldRefuseTextThatIsNotUnicode() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(BundledSample.unpackModel(folder))) {
            assertThatThrownBy(() -> tokenizer.ids("a\ud800"))
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining("got the unpaired surrogate \\ud800 at character 1");
        }
    }

    @Test
    void shouldPreferTheModelsOwnBos() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(BundledSample.unpackModel(folder))) {
            assertThat(tokenizer.bosId(OptionalInt.of(7))).isEqualTo(7);
        }
    }

    @Test
    void shouldRefuseFilesThatAreNoTokenizers() throws IOException {
        Path text = Files.writeString(folder.resolve("text.json"), "hello");
        Path other = Files.writeString(folder.resolve("other.json"), "{\"a\": 1}");
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"model\": {\"type\": \"Nothing\"}}");

        assertThatThrownBy(() -> Tokenizer.open(folder.resolve("absent.json")))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("must be an existing tokenizer.json");
        assertThatThrownBy(() -> Tokenizer.open(text))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("text.json: must be JSON");
        assertThatThrownBy(() -> Tokenizer.open(other))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("must be an object with the object 'model'");
        assertThatThrownBy(() -> Tokenizer.open(broken))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("broken.json: is not a tokenizer that can be loaded");
    }

    private static List<Document> pile(String file) {
        return Documents.all(Corpora.open(SharedData.path("pile/" + file).toString()));
    }

    private static List<JsonNode> golden(String name) throws IOException {
        var resource = Objects.requireNonNull(TokenizerTest.class.getResourceAsStream(name));
        try (Stream<String> lines =
                new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8)).lines()) {
            return lines.map(TokenizerTest::parse).toList();
        }
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        Arrays.setAll(ids, i -> array.get(i).intValue());
        return ids;
    }

    private static String sha256(int[] ids) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * ids.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(ids);
        return Sha256.hex(bytes.array());
    }
}
