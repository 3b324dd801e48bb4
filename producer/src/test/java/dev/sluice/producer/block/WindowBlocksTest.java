package dev.sluice.producer.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.Tokenizer;
import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.corpus.Windows;
import dev.sluice.producer.publish.TestBlocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowBlocksTest {
    private static final Corpus CORPUS = TestBlocks.corpus(3, -2, 1, 0, 4, -1);

    @Test
    void shouldCloseABlockAtTheFirstWindowThatReachesItsRows() {
        // When: two windows of 16 are the first to reach 20 rows
        List<WindowBlock> blocks = all(CORPUS, 20, 0, CorpusPlace.START, 0, 0);

        // Then
        assertThat(blocks).extracting(block -> block.train().size()).containsExactly(2, 1, 2, 2, 1);
        assertThat(blocks).extracting(block -> block.heldout().size()).containsExactly(0, 2, 0, 0, 1);
        assertThat(blocks).extracting(WindowBlock::last).containsExactly(false, false, false, false, true);
        assertThat(blocks)
                .extracting(WindowBlock::begin)
                .containsExactly(
                        CorpusPlace.START,
                        new CorpusPlace(0, 2),
                        new CorpusPlace(2, 0),
                        new CorpusPlace(4, 1),
                        new CorpusPlace(4, 3));
    }

    @Test
    void shouldGiveTheSameBlocksFromEveryPlaceOn() {
        List<WindowBlock> blocks = all(CORPUS, 40, 0, CorpusPlace.START, 0, 0);
        long rows = 0;
        for (int i = 0; i < blocks.size(); i++) {
            List<WindowBlock> rest = all(CORPUS, 40, 0, blocks.get(i).begin(), i, rows);
            assertThat(rest)
                    .usingRecursiveComparison()
                    .ignoringFields("reading")
                    .isEqualTo(blocks.subList(i, blocks.size()));
            rows += rows(blocks.get(i).train());
        }
    }

    @Test
    void shouldEndAtTheFirstWindowThatReachesTheBound() {
        List<WindowBlock> blocks = all(CORPUS, 32, 50, CorpusPlace.START, 0, 0);

        assertThat(blocks).extracting(block -> rows(block.train())).containsExactly(32, 16, 16);
        assertThat(blocks.get(2).last()).isTrue();
        assertThat(blocks.get(2).reading().expectedRows()).isEqualTo(64);
        assertThat(blocks.get(0).reading().expectedRows()).isEqualTo(50);
    }

    @Test
    void shouldHaveNoBlockOfACorpusWithoutWindows() {
        assertThat(all(TestBlocks.corpus(0, 0), 20, 0, CorpusPlace.START, 0, 0)).isEmpty();
    }

    @Test
    void shouldEstimateTheSamplesRowsFromItsFirstBlock(@TempDir Path folder) throws IOException {
        // Given
        Corpus sample = BundledSample.corpus();
        try (Tokenizer tokenizer = Tokenizer.open(BundledSample.unpackModel(folder))) {
            Windows windows = new Windows(128, 0, false);
            WindowCursor cursor = new WindowCursor(
                    sample, document -> windows.cut(document, tokenizer.ids(document.text())), CorpusPlace.START);

            // When
            List<WindowBlock> blocks = drain(new WindowBlocks(cursor, 1 << 14, 0, sample.bytes(), 0, 0));

            // Then
            double rows = blocks.stream().mapToInt(block -> rows(block.train())).sum();
            assertThat(blocks.get(0).reading().expectedRows() / rows).isCloseTo(1, within(0.15));
            assertThat(blocks.get(3).reading().expectedRows() / rows).isCloseTo(1, within(0.1));
            assertThat(blocks.stream().mapToInt(block -> rows(block.heldout())).sum())
                    .isEqualTo(3976);
        }
    }

    private static List<WindowBlock> all(
            Corpus corpus, int blockRows, long tokens, CorpusPlace place, long number, long rows) {
        WindowCursor cursor = TestBlocks.cursor(corpus, place);
        return drain(new WindowBlocks(cursor, blockRows, tokens, OptionalLong.of(600), number, rows));
    }

    private static List<WindowBlock> drain(WindowBlocks blocks) {
        List<WindowBlock> all = new ArrayList<>();
        for (@Nullable WindowBlock block = blocks.next(); block != null; block = blocks.next()) {
            all.add(block);
        }
        return all;
    }

    private static int rows(List<Window> windows) {
        return windows.stream().mapToInt(Window::length).sum();
    }
}
