package dev.sluice.producer.corpus;

/**
 * One sequence for the model: BOS and up to (context - 1) tokens of one document. Positions count from 0 at the BOS.
 */
public final class Window {

    private final long document;
    private final int ordinal;
    private final String subset;
    private final int[] tokenIds;

    /**
     * @param document 0-based place in the corpus
     * @param ordinal 0-based place of the window in its document
     * @param tokenIds kept
     */
    public Window(long document, int ordinal, String subset, int[] tokenIds) {
        this.document = document;
        this.ordinal = ordinal;
        this.subset = subset;
        this.tokenIds = tokenIds;
    }

    /** 0-based place of the document in the corpus. */
    public long document() {
        return document;
    }

    /** 0-based place of this window among those of its document. */
    public int ordinal() {
        return ordinal;
    }

    /** The document's subset, or empty. */
    public String subset() {
        return subset;
    }

    /** Tokens, the BOS included. */
    public int length() {
        return tokenIds.length;
    }

    /** A copy of the ids [length], the BOS first. */
    public int[] tokenIds() {
        return tokenIds.clone();
    }
}
