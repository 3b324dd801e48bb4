package dev.sluice.producer.corpus;

import java.util.OptionalLong;

/**
 * An ordered, immutable collection of documents that is read as a stream: memory does not grow with its size.
 *
 * <p>Whatever is wrong with the files is a {@link CorpusException} that names the file, the place and the rule.
 */
public interface Corpus {

    /** A short name for people: {@code sample}, the name of the file or folder, or the name on the hub. */
    String name();

    /**
     * Identifies the content: for one file the SHA-256 of its bytes as stored, for a folder the SHA-256 over the lines
     * {@code <relative path> <size> <sha-256>} of its files in order, for a data set of the hub its commit. Reads
     * everything once if it has to, then remembers.
     */
    String digest();

    /**
     * Documents from this place on, in order.
     *
     * @param firstDocument 0-based; what lies before is skipped without being decoded where the format allows it
     */
    DocumentCursor open(long firstDocument);

    /** Whether a document of this corpus is kept out of training: for text, by the hash of it. */
    default boolean isHeldOut(Document document) {
        return document.heldOut();
    }

    /** Stored size, to compare with {@link DocumentCursor#bytesRead()}; empty where it is not known. */
    OptionalLong bytes();
}
