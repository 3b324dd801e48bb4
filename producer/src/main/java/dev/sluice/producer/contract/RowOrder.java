package dev.sluice.producer.contract;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sluice.producer.hash.Sha256;

/**
 * Everything that decides which token stands at which row number of a stream, and nothing of what is measured there: no
 * model, no hook point, no dtype, no width. Two streams of equal order have the same documents, windows, positions and
 * token ids row by row.
 *
 * @param tokens the stream ends at the first whole window that reaches this many train rows; 0 for the whole corpus
 */
public record RowOrder(
        @JsonUnwrapped Documents documents,
        @JsonUnwrapped Cut cut,
        @JsonUnwrapped Mixing mixed,
        long tokens) {

    /**
     * @param corpus readable name, e.g. {@code sample}
     * @param corpusRevision digest or revision of its content
     * @param heldoutPercent share of documents held out by the hash of their text, 0 to 99
     * @param tokenizerDigest SHA-256 of {@code tokenizer.json}, or empty for a source without text
     */
    public record Documents(String corpus, String corpusRevision, int heldoutPercent, String tokenizerDigest) {}

    /**
     * How documents become windows.
     *
     * @param context tokens of a window, BOS included
     * @param bosId id of the token put before every window, -1 for none
     * @param truncate keep only the first window of a document
     */
    public record Cut(int context, int bosId, boolean truncate) {}

    /**
     * How the train rows are mixed.
     *
     * @param mixing {@code rows}: permuted within a block
     * @param blockRows a block closes at the first whole window that reaches this many rows
     * @param seed of the permutation
     */
    public record Mixing(String mixing, int blockRows, long seed) {
        /** Rows are permuted within a block. */
        public static final String ROWS = "rows";

        public static Mixing ofRows(int blockRows, long seed) {
            return new Mixing(ROWS, blockRows, seed);
        }
    }

    /** SHA-256 of the canonical JSON, 64 hex digits: streams in which it is equal join by row number. */
    public String digest() {
        return Sha256.hex(Json.canonical(this));
    }
}
