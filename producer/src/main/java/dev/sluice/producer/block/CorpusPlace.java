package dev.sluice.producer.block;

/**
 * A place between two windows of a corpus.
 *
 * @param document 0-based place in the corpus of the document that the next window comes from
 * @param window of that document; its number of windows if none is left there
 */
public record CorpusPlace(long document, int window) {
    public static final CorpusPlace START = new CorpusPlace(0, 0);
}
