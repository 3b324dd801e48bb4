package dev.sluice.producer.contract;

import java.util.List;
import java.util.Map;

/**
 * The value of {@code sluice.progress}, key = stream id: written in the same transaction as the records it speaks of.
 *
 * @param version of this contract, {@link #VERSION}
 * @param spec the stream
 * @param digest of the spec
 * @param rows train rows committed so far; final once {@code complete}
 * @param heldoutRows held-out rows committed so far; final once {@code complete}
 * @param complete the stream never grows again; only this ends an epoch
 * @param run the streams that were begun together with this one, and how long they are expected to be
 * @param place where the producer goes on after a restart
 * @param telemetry what the page shows of the producer; decides nothing
 */
@WireVersion(StreamProgress.VERSION)
public record StreamProgress(
        int version,
        StreamSpec spec,
        String digest,
        long rows,
        long heldoutRows,
        boolean complete,
        Run run,
        Place place,
        Telemetry telemetry) {

    /** That of the spec in it: a progress is read as far as its stream is. */
    public static final int VERSION = StreamSpec.VERSION;

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
     * @param block its number, from 0
     * @param document place in the corpus of the document that its first window comes from
     * @param window of that document, from 0
     * @param firstRow train row number of its first row
     * @param firstHeldoutRow held-out row number at its beginning
     * @param committedRecords of this block's records (train and held-out together, in the order of sending)
     * @param committedHash SHA-256 over the bytes of those records' values, chained; empty if none
     * @param medianNorm of the first block's rows, for the class of norm outliers; 0 while unknown
     */
    public record Place(
            long block,
            long document,
            int window,
            long firstRow,
            long firstHeldoutRow,
            int committedRecords,
            String committedHash,
            double medianNorm) {}

    /**
     * @param documents read so far
     * @param corpusBytes read so far
     * @param totalCorpusBytes of the corpus, -1 if unknown
     * @param logBytes published so far
     * @param expectedRows estimate of the final number of train rows that gets better on the way, -1 if unknown
     * @param stageSeconds busy seconds since this process started, by stage: tokenize, forward, mix, encode, send
     * @param device cpu or gpu
     * @param startedMillis when this process started to produce
     * @param atMillis when this was written
     */
    public record Telemetry(
            long documents,
            long corpusBytes,
            long totalCorpusBytes,
            long logBytes,
            long expectedRows,
            Map<String, Double> stageSeconds,
            String device,
            long startedMillis,
            long atMillis) {}
}
