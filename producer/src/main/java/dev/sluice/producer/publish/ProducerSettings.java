package dev.sluice.producer.publish;

import java.util.List;
import java.util.Locale;

/**
 * What a producer publishes. All but {@code recordsPerTransaction} and {@code partitions} is part of the streams'
 * identity.
 *
 * @param dtype of the rows: {@code auto}, {@code F16}, {@code BF16} or {@code F32}
 * @param tokens the stream ends at the first whole window that reaches this many train rows; 0 for the whole corpus
 * @param mixing of the rows
 * @param recordsPerTransaction at most
 * @param partitions of the topics that are keyed by variant
 */
public record ProducerSettings(
        RowSource source, String dtype, long tokens, Mixing mixing, int recordsPerTransaction, int partitions) {
    /**
     * What decides the order of the rows within the corpus' order.
     *
     * @param blockRows of the mixing block, whatever the model: streams of several models have one order
     * @param seed of the mixing
     */
    public record Mixing(int blockRows, long seed) {}

    public static final String AUTO = "auto";

    /** Rows of a mixing block: 32 MiB of a hook point of width 512. */
    public static final int DEFAULT_BLOCK_ROWS = 1 << 14;

    /** What the rows of a stream may be. */
    public static final List<String> DTYPES = List.of(AUTO, "F16", "BF16", "F32");

    public static final int MAX_BLOCK_ROWS = 1 << 18;
    public static final int RECORDS_PER_TRANSACTION = 16;
    private static final int ONE_PROCESS_PARTITIONS = 8;

    public ProducerSettings {
        String given = dtype;
        dtype = dtype.equalsIgnoreCase(AUTO) ? AUTO : dtype.toUpperCase(Locale.ROOT);
        require(DTYPES.contains(dtype), "dtype", "one of " + DTYPES, given);
        require(tokens >= 0, "tokens", "at least 0", tokens);
        int blockRows = mixing.blockRows();
        require(blockRows >= 1 && blockRows <= MAX_BLOCK_ROWS, "block-rows", "1 to " + MAX_BLOCK_ROWS, blockRows);
        require(recordsPerTransaction >= 1, "records-per-transaction", "at least 1", recordsPerTransaction);
        require(partitions >= 1, "topics.partitions", "at least 1", partitions);
    }

    /** Everything of the source, dtype auto, seed 0, default sizes. */
    public static ProducerSettings of(RowSource source) {
        return new ProducerSettings(
                source, AUTO, 0, new Mixing(DEFAULT_BLOCK_ROWS, 0), RECORDS_PER_TRANSACTION, ONE_PROCESS_PARTITIONS);
    }

    public int blockRows() {
        return mixing.blockRows();
    }

    public long seed() {
        return mixing.seed();
    }

    public ProducerSettings withDtype(String other) {
        return new ProducerSettings(source, other, tokens, mixing, recordsPerTransaction, partitions);
    }

    public ProducerSettings withSeed(long other) {
        return new ProducerSettings(
                source, dtype, tokens, new Mixing(blockRows(), other), recordsPerTransaction, partitions);
    }

    public ProducerSettings withTokens(long other) {
        return new ProducerSettings(source, dtype, other, mixing, recordsPerTransaction, partitions);
    }

    public ProducerSettings withBlockRows(int other) {
        return new ProducerSettings(
                source, dtype, tokens, new Mixing(other, seed()), recordsPerTransaction, partitions);
    }

    public ProducerSettings withRecordsPerTransaction(int other) {
        return new ProducerSettings(source, dtype, tokens, mixing, other, partitions);
    }

    public ProducerSettings withPartitions(int other) {
        return new ProducerSettings(source, dtype, tokens, mixing, recordsPerTransaction, other);
    }

    private static void require(boolean holds, String field, String rule, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("producer." + field + " must be " + rule + ", got " + found);
        }
    }
}
