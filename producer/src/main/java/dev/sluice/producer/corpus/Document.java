package dev.sluice.producer.corpus;

/**
 * One document of a corpus.
 *
 * @param index 0-based place in the corpus, counting every row, also those that carry no text
 * @param text the whole text, free of unpaired surrogates
 * @param subset {@code meta.pile_set_name}, or the first folder level of a text folder, or empty
 */
public record Document(long index, String text, String subset) {

    public Document {
        if (index < 0) {
            throw new IllegalArgumentException("document.index must be at least 0, got " + index);
        }
    }

    /** Whether the split rule keeps this document out of training. */
    public boolean heldOut() {
        return HoldOut.holds(text);
    }
}
