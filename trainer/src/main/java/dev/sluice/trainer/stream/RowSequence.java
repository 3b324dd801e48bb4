package dev.sluice.trainer.stream;

import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.StreamSpec;

/** Holds the order of one pass: every record must belong to the stream and continue where the last one ended. */
final class RowSequence {
    private final StreamSpec spec;
    private long nextRow;
    private boolean started;

    /** @param nextRow the first row wanted */
    RowSequence(StreamSpec spec, long nextRow) {
        this.spec = spec;
        this.nextRow = nextRow;
    }

    long nextRow() {
        return nextRow;
    }

    /**
     * How many of the record's first rows lie before those wanted; all of them if it ends before. Only until the first
     * wanted row is found may a record lie before it.
     *
     * @param where topic, partition, offset, for messages
     * @throws StreamException if the record is foreign, or leaves a gap or repeats rows
     */
    int skip(ActivationRecord record, String where) {
        try {
            record.require(spec);
        } catch (ContractException e) {
            throw new StreamException.Foreign(where, String.valueOf(e.getMessage()), e);
        }
        long first = record.firstRow();
        if (first > nextRow || (started && first != nextRow)) {
            throw new StreamException.Gap(where, nextRow, first);
        }
        long end = first + record.rows();
        if (end <= nextRow) {
            return record.rows();
        }
        int skipped = Math.toIntExact(nextRow - first);
        started = true;
        nextRow = end;
        return skipped;
    }
}
