package dev.sluice.producer.block;

import dev.sluice.producer.corpus.Window;
import java.util.List;

/**
 * The windows of one block, in corpus order.
 *
 * @param number of the block, from 0
 * @param begin place of its first window
 * @param end place of the next block's first window
 * @param last no window follows: the stream ends with this block
 * @param windows by split
 * @param reading how far the corpus has been read
 */
public record WindowBlock(
        long number, CorpusPlace begin, CorpusPlace end, boolean last, Windows windows, Reading reading) {

    public List<Window> train() {
        return windows.train();
    }

    public List<Window> heldout() {
        return windows.heldout();
    }

    /**
     * The windows of both splits, each in corpus order.
     *
     * @param train windows whose rows are mixed
     * @param heldout windows of held-out documents that lie between them
     */
    public record Windows(List<Window> train, List<Window> heldout) {
        public Windows {
            train = List.copyOf(train);
            heldout = List.copyOf(heldout);
        }
    }

    /**
     * @param documents read
     * @param corpusBytes read, as stored
     * @param expectedRows estimate of the stream's final train rows, -1 if unknown
     */
    public record Reading(long documents, long corpusBytes, long expectedRows) {}
}
