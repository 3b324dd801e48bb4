package dev.sluice.producer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonLinesTest {

    private static final String TWO =
            "{\"text\": \"one\", \"meta\": {\"pile_set_name\": \"Github\"}}\n{\"text\": \"two\"}\n";

    @TempDir
    Path folder;

    @Test
    void shouldReadPlainGzipAndZstandardAlike() throws IOException {
        List<Document> expected = List.of(new Document(0, "one", "Github"), new Document(1, "two", ""));

        assertThat(read("a.jsonl", TWO)).isEqualTo(expected);
        assertThat(read("a.json", TWO)).isEqualTo(expected);
        assertThat(Documents.all(write("a.jsonl.gz", gzip(TWO)))).isEqualTo(expected);
        assertThat(Documents.all(write("a.jsonl.zst", zstandard(TWO)))).isEqualTo(expected);
        assertThat(Documents.all(write("a.json.GZ", gzip(TWO)))).isEqualTo(expected);
    }

    @Test
    void shouldReadFilesPutTogetherFromSeveralCompressedMembers() throws IOException {
        assertThat(Documents.all(write("a.jsonl.gz", joined(gzip(TWO), gzip(TWO)))))
                .hasSize(4);
        assertThat(Documents.all(write("a.jsonl.zst", joined(zstandard(TWO), zstandard(TWO)))))
                .hasSize(4);
    }

    @Test
    void shouldPassOverBlankLinesByteOrderMarkAndMissingLastNewline() throws IOException {
        String lines = "\ufeff{\"text\":\"a\"}\r\n\r\n  \n{\"text\":\"b\\u0000\\n\\ud83d\\ude00\"}";

        assertThat(read("a.jsonl", lines))
                .containsExactly(new Document(0, "a", ""), new Document(1, "b\u0000\n\ud83d\ude00", ""));
    }

    @Test
    void shouldKeepTheNumberOfARowWithoutText() throws IOException {
        assertThat(read("a.jsonl", "{\"text\":\"a\"}\n{\"text\":null}\n{\"text\":\"\"}\n"))
                .containsExactly(new Document(0, "a", ""), new Document(2, "", ""));
    }

    @Test
    void shouldTakeTheSubsetFromAnObjectOrFromJsonInAString() throws IOException {
        String lines = """
                {"meta": {"x": [1, {}], "pile_set_name": "A"}, "text": "t", "other": {"text": 5}}
                {"meta": "{\\"pile_set_name\\": \\"B\\"}", "text": "t"}
                {"meta": "{'url': 'python, not JSON'}", "text": "t"}
                {"meta": null, "text": "t"}
                {"meta": {"pile_set_name": null}, "text": "t"}
                """;

        assertThat(read("a.jsonl", lines)).extracting(Document::subset).containsExactly("A", "B", "", "", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hello | must be one JSON object: Unrecognized token 'hello'",
                "[{\"text\":\"a\"}] | the line must be a JSON object, got an array",
                "5 | the line must be a JSON object, got a number",
                "{\"text\":\"a\" | must be one JSON object: Unexpected end-of-input",
                "{\"text\":\"a\"} {\"text\":\"b\"} | must be one JSON object, got more after its end",
                "{\"txt\":\"a\"} | field 'text' is missing",
                "{\"text\":5} | text must be a string or null, got a number",
                "{\"text\":[\"a\"]} | text must be a string or null, got an array",
                "{\"text\":\"a\",\"meta\":3} | meta must be an object, JSON in a string, or null, got a number",
                "{\"text\":\"a\",\"meta\":{\"pile_set_name\":true}} | meta.pile_set_name must be a string or null, got a boolean",
                "{\"text\":\"a\\ud800b\"} | got the unpaired surrogate \\ud800 at character 1",
                "{\"text\":\"\\udc00\"} | got the unpaired surrogate \\udc00 at character 0",
            })
    void shouldNameTheLineAndTheRule(String line, String message) throws IOException {
        Path file = folder.resolve("bad.jsonl");
        Files.writeString(file, "{\"text\":\"good\"}\n\n" + line + "\n");

        assertThatThrownBy(() -> Documents.all(Corpora.open(file.toString())))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("bad.jsonl, line 3: ")
                .hasMessageContaining(message);
    }

    @Test
    void shouldNameTheFirstByteThatIsNotUtf8() throws IOException {
        byte[] latin = "{\"text\":\"good\"}\n{\"text\":\"caf\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] surrogate = joined(
                "{\"text\":\"".getBytes(StandardCharsets.UTF_8),
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '}', '\n'});

        assertThatThrownBy(() -> Documents.all(write("latin.jsonl", latin)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 2: text must be valid UTF-8, got byte 0xe9 at byte 12");
        assertThatThrownBy(() -> Documents.all(write("cesu.jsonl", surrogate)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 1: text must be valid UTF-8, got byte 0xed at byte 9");
    }

    @Test
    void shouldRefuseNestingThatWouldOverflowTheStack() throws IOException {
        String deep = "{\"text\":\"a\",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThatThrownBy(() -> read("deep.jsonl", deep))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining("nesting depth");
    }

    @Test
    void shouldRefuseACorpusWithoutRows() {
        assertThatThrownBy(() -> read("empty.jsonl", ""))
                .isInstanceOf(CorpusException.class)
                .hasMessage("empty.jsonl: holds no documents; a corpus must have at least one row");
        assertThatThrownBy(() -> read("blank.jsonl", "\n\n  \n")).hasMessageContaining("holds no documents");
    }

    @Test
    void shouldRefuseTruncatedOrMislabelledCompression() throws IOException {
        byte[] gzip = gzip(TWO.repeat(1000));
        byte[] zstandard = zstandard(TWO.repeat(1000));

        assertThatThrownBy(() -> Documents.all(write("cut.jsonl.gz", cut(gzip))))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("cut.jsonl.gz: cannot be read at row");
        assertThatThrownBy(() -> Documents.all(write("cut.jsonl.zst", cut(zstandard))))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("cut.jsonl.zst: cannot be read at row");
        assertThatThrownBy(() -> read("plain.jsonl.gz", TWO))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("Not in GZIP format");
        assertThatThrownBy(() -> read("plain.jsonl.zst", TWO))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("plain.jsonl.zst: cannot be read");
    }

    @Test
    void shouldGoOnAtAnyDocumentAndTellItsProgress() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            lines.append("{\"text\": \"document ").append(i).append("\"}\n");
        }
        Corpus corpus = write("a.jsonl", lines.toString().getBytes(StandardCharsets.UTF_8));

        try (DocumentCursor cursor = corpus.open(19_998)) {
            assertThat(cursor.next()).isEqualTo(new Document(19_998, "document 19998", ""));
            assertThat(cursor.next().text()).isEqualTo("document 19999");
            assertThat(cursor.hasNext()).isFalse();
            assertThat(cursor.bytesRead()).isEqualTo(corpus.bytes().getAsLong());
        }
    }

    @Test
    void shouldReadSlicesOfThePileAsTheyAre() {
        Corpus pile = Corpora.open(SharedData.path("pile/pile_first101.jsonl").toString());

        assertThat(Documents.all(pile))
                .hasSize(101)
                .first()
                .extracting(Document::subset)
                .isEqualTo("Github");
    }

    private List<Document> read(String name, String content) throws IOException {
        return Documents.all(write(name, content.getBytes(StandardCharsets.UTF_8)));
    }

    private Corpus write(String name, byte[] content) throws IOException {
        return Corpora.open(Files.write(folder.resolve(name), content).toString());
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] zstandard(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new ZstdOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] all = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, all, one.length, two.length);
        return all;
    }

    private static byte[] cut(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length - 9);
    }
}
