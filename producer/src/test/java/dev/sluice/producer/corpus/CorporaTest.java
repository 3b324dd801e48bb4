package dev.sluice.producer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CorporaTest {

    @TempDir
    Path folder;

    @Test
    void shouldReadAFolderOfTextInTheOrderOfPaths() throws IOException {
        write("b/two.txt", "second");
        write("a/deep/one.md", "first");
        write("top.TXT", "third");
        write(".hidden/no.txt", "no");
        write("a/notes.pdf", "no");

        assertThat(Documents.all(Corpora.open(folder.toString())))
                .containsExactly(
                        new Document(0, "first", "a"), new Document(1, "second", "b"), new Document(2, "third", ""));
        assertThat(Documents.from(Corpora.open(folder.toString()), 2)).containsExactly(new Document(2, "third", ""));
    }

    @Test
    void shouldPreferJsonLinesToTheTextBesideThem() throws IOException {
        write("README.md", "about");
        write("data/1.jsonl", "{\"text\":\"a\"}\n");
        write("data/0.jsonl", "{\"text\":\"b\"}\n{\"text\":\"c\"}\n");

        Corpus corpus = Corpora.open(folder.toString());

        assertThat(Documents.all(corpus)).extracting(Document::text).containsExactly("b", "c", "a");
        assertThat(Documents.from(corpus, 2)).containsExactly(new Document(2, "a", ""));
    }

    @Test
    void shouldIdentifyAFolderByPathsAndContentNotByItsPlace() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one/corpus"));
        Path two = Files.createDirectories(folder.resolve("two/corpus"));
        Path renamed = Files.createDirectories(folder.resolve("three/corpus"));
        Files.writeString(one.resolve("a.txt"), "text");
        Files.writeString(two.resolve("a.txt"), "text");
        Files.writeString(renamed.resolve("b.txt"), "text");

        assertThat(Corpora.open(one.toString()).digest())
                .isEqualTo(Corpora.open(two.toString()).digest())
                .isNotEqualTo(Corpora.open(renamed.toString()).digest());
        assertThat(Corpora.open(one.toString()).name()).isEqualTo("corpus");
    }

    @Test
    void shouldSayWhatIsWrongWithALocation() throws IOException {
        write("corpus.csv", "text\nhello\n");

        assertThatThrownBy(() -> Corpora.open(folder.resolve("absent.jsonl").toString()))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("corpus must be 'sample' or an existing file or folder, got '")
                .hasMessageContaining("absent.jsonl");
        assertThatThrownBy(() -> Corpora.open(folder.resolve("corpus.csv").toString()))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("the extension of 'corpus.csv' is not known; supported: .jsonl, .json");
        assertThatThrownBy(() -> Corpora.open(folder.toString()))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("none of its 1 files can be read; supported: ");
        assertThatThrownBy(() -> Corpora.open(" ")).hasMessageContaining("got nothing");
        assertThatThrownBy(() -> Corpora.open("a\u0000b")).isInstanceOf(CorpusException.class);
    }

    @Test
    void shouldRefuseAFolderThatLeadsBackIntoItself() throws IOException {
        write("a/one.txt", "text");
        Files.createSymbolicLink(folder.resolve("a/loop"), folder);

        assertThatThrownBy(() -> Corpora.open(folder.toString()))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("a link that leads back into it");
    }

    @Test
    void shouldNameTheTextFileThatIsNotUtf8() throws IOException {
        Files.write(folder.resolve("bad.txt"), new byte[] {'a', (byte) 0xFF});

        assertThatThrownBy(() -> Documents.all(Corpora.open(folder.toString())))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("bad.txt: text must be valid UTF-8, got byte 0xff at byte 1");
    }

    @Test
    void shouldReportAFileThatVanishedWhileItWasRead() throws IOException {
        write("a.txt", "one");
        write("b.txt", "two");
        Corpus corpus = Corpora.open(folder.toString());

        try (DocumentCursor cursor = corpus.open(0)) {
            assertThat(cursor.next().text()).isEqualTo("one");
            Files.delete(folder.resolve("b.txt"));
            assertThatThrownBy(cursor::hasNext)
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining("b.txt: cannot be read at row 1");
        }
    }

    @Test
    void shouldRefuseANegativeStart() {
        assertThatThrownBy(() -> BundledSample.corpus().open(-1))
                .hasMessage("firstDocument must be at least 0, got -1");
        assertThat(List.of(Corpora.open("sample").name())).containsExactly("sample");
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
