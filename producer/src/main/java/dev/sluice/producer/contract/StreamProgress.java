package dev.sluice.producer.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;

/**
 * The value of {@code sluice.progress}, key = stream id: written in the same transaction as the records it speaks of. In
 * JSON the members of {@code extent} stand beside the others, with {@code version}; so do those of the parts of
 * {@link Place} and {@link Telemetry} within these.
 *
 * @param spec the stream
 * @param digest of the spec
 * @param extent how far the stream is
 * @param run the streams that were begun together with this one, and how long they are expected to be
 * @param place where the producer goes on after a restart
 * @param telemetry what the page shows of the producer; decides nothing
 */
@WireVersion(StreamProgress.VERSION)
public record StreamProgress(
        StreamSpec spec, String digest, @JsonUnwrapped Extent extent, Run run, Place place, Telemetry telemetry) {

    /** That of the spec in it: a progress is read as far as its stream is. */
    public static final int VERSION = StreamSpec.VERSION;

    @JsonProperty("version")
    int version() {
        return VERSION;
    }

    /** Train rows committed so far; final once {@link #complete}. */
    public long rows() {
        return extent.rows();
    }

    /** Held-out rows committed so far; final once {@link #complete}. */
    public long heldoutRows() {
        return extent.heldoutRows();
    }

    /** The stream never grows again; only this ends an epoch. */
    public boolean complete() {
        return extent.complete();
    }

    /**
     * How far a stream is.
     *
     * @param rows train rows committed so far; final once {@code complete}
     * @param heldoutRows held-out rows committed so far; final once {@code complete}
     * @param complete the stream never grows again; only this ends an epoch
     */
    public record Extent(long rows, long heldoutRows, boolean complete) {}

    /**
     * What the streams of one producer have in common, one for each of its hooks. Fixed when a stream begins, so that
     * the schedules of variants, which need a horizon before the last row exists, do not depend on when they were asked
     * for.
     *
     * @param streams ids, in the order of the hooks, this stream's included
     * @param expectedRows train rows of each: exact for a corpus that is soon counted, else an estimate; at least 1
     */
    public record Run(List<String> streams, long expectedRows) {
        public Run {
            streams = List.copyOf(streams);
        }
    }

    /**
     * The first block that is not committed whole, and what of it is.
     *
     * @param begin where the block begins
     * @param committed what of the block is in the log
     * @param medianNorm of the first block's rows, for the class of norm outliers; 0 while unknown
     */
    public record Place(
            @JsonUnwrapped Begin begin, @JsonUnwrapped Committed committed, double medianNorm) {
        /** Of a stream without rows. */
        public static final Place START = new Place(new Begin(0, 0, 0, 0, 0), Committed.NOTHING, 0);

        /** Number of the block, from 0. */
        public long block() {
            return begin.block();
        }
    }

    /**
     * The beginning of a block.
     *
     * @param block its number, from 0
     * @param document place in the corpus of the document that its first window comes from
     * @param window of that document, from 0
     * @param firstRow train row number of its first row
     * @param firstHeldoutRow held-out row number at its beginning
     */
    public record Begin(long block, long document, int window, long firstRow, long firstHeldoutRow) {}

    /**
     * What of a block is in the log.
     *
     * @param committedRecords of this block's records (train and held-out together, in the order of sending)
     * @param committedHash SHA-256 over the bytes of those records' values, chained; empty if none
     */
    public record Committed(int committedRecords, String committedHash) {
        public static final Committed NOTHING = new Committed(0, "");
    }

    /**
     * What the page shows of a producer.
     *
     * @param reading how far the corpus is read
     * @param logBytes published so far
     * @param stageSeconds busy seconds since this process started, by stage: tokenize, forward, mix, encode, send
     * @param device cpu or gpu
     * @param startedMillis when this process started to produce
     * @param atMillis when this was written
     */
    public record Telemetry(
            @JsonUnwrapped Reading reading,
            long logBytes,
            Map<String, Double> stageSeconds,
            String device,
            long startedMillis,
            long atMillis) {}

    /**
     * How far a corpus is read.
     *
     * @param documents read so far
     * @param corpusBytes read so far
     * @param totalCorpusBytes of the corpus, -1 if unknown
     * @param expectedRows estimate of the final number of train rows that gets better on the way, -1 if unknown
     */
    public record Reading(long documents, long corpusBytes, long totalCorpusBytes, long expectedRows) {}
}
