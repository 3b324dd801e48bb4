package dev.sluice.producer.publish;

/** The bytes of one Kafka record of a block. */
final class RecordValue {
    private final boolean heldout;
    private final int rows;
    private final byte[] bytes;

    RecordValue(boolean heldout, int rows, byte[] bytes) {
        this.heldout = heldout;
        this.rows = rows;
        this.bytes = bytes;
    }

    /** Whether it goes to the held-out topic. */
    boolean heldout() {
        return heldout;
    }

    int rows() {
        return rows;
    }

    /** Not copied: do not change. */
    byte[] bytes() {
        return bytes;
    }
}
