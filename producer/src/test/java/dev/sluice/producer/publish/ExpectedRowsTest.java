package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.corpus.Corpora;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.Tokenizer;
import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.corpus.Windows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpectedRowsTest {
    @TempDir
    private static Path folder;

    private static Tokenizer tokenizer;
    private static Windows windows;

    @BeforeAll
    static void open() throws Exception {
        tokenizer = Tokenizer.open(BundledSample.unpackModel(folder.resolve("model")));
        windows = new Windows(Windows.DEFAULT_CONTEXT, tokenizer.bosId(OptionalInt.empty()), false);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static List<Window> cut(Document document) {
        return windows.cut(document, tokenizer.ids(document.text()));
    }

    @Test
    void shouldCountTheBundledSampleExactly() {
        ExpectedRows rows = ExpectedRows.of(BundledSample.corpus(), ExpectedRowsTest::cut, 0);

        assertThat(rows.exact()).isTrue();
        assertThat(rows.rows()).isBetween(125_000L, 135_000L);
    }

    @Test
    void shouldEndAtTheFirstWholeSequenceThatReachesTheBound() {
        ExpectedRows rows = ExpectedRows.of(BundledSample.corpus(), ExpectedRowsTest::cut, 5_000);

        assertThat(rows.exact()).isTrue();
        assertThat(rows.rows()).isBetween(5_000L, 5_127L);
    }

    @Test
    void shouldEstimateALargeCorpusFromItsFirstDocuments() throws Exception {
        String line = "{\"text\": \"" + "the same words in every line ".repeat(400) + "\"}";
        String text = IntStream.range(0, 600)
                .mapToObj(i -> line.replace("same", "number " + i))
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(folder.resolve("large.jsonl"), text, StandardCharsets.UTF_8);

        ExpectedRows whole = ExpectedRows.of(Corpora.open(file.toString()), ExpectedRowsTest::cut, 0);

        assertThat(whole.exact()).isFalse();
        assertThat(whole.rows()).isGreaterThan(400_000);
        assertThat(ExpectedRows.of(Corpora.open(file.toString()), ExpectedRowsTest::cut, 0))
                .isEqualTo(whole);
        assertThat(ExpectedRows.of(Corpora.open(file.toString()), ExpectedRowsTest::cut, whole.rows() - 1000)
                        .rows())
                .isEqualTo(whole.rows() - 1000);
    }

    @Test
    void shouldTakeTheBoundWhereTheCorpusHasNoSize() {
        SyntheticCorpus million = new SyntheticCorpus(Synthetics.small(1_000_000, 0));

        assertThat(ExpectedRows.of(million, million::cut, 1_000_000)).isEqualTo(new ExpectedRows(1_000_000, false));
    }

    @Test
    void shouldNotCountTheRowsThatASourceHoldsOut() {
        SyntheticCorpus few = new SyntheticCorpus(Synthetics.small(1_000, 100));

        assertThat(ExpectedRows.of(few, few::cut, 1_000)).isEqualTo(new ExpectedRows(1_000, true));
    }
}
