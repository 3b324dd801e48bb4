package dev.sluice.producer.contract;

/**
 * What a record says of a row besides its values.
 *
 * @param document 0-based place of the document in the corpus
 * @param window 0-based ordinal of the window within its document
 * @param position from 0 in the window
 * @param tokenId of the token there
 * @param subset the document's, or empty
 * @param rowClass which rankings count it
 */
public record RowLabel(long document, int window, int position, int tokenId, String subset, RowClass rowClass) {}
