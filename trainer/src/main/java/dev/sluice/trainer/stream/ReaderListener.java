package dev.sluice.trainer.stream;

/** Is told what reading costs; called on the reader's thread. */
public interface ReaderListener {
    /** One poll of the broker that returned so many records. */
    void polled(int records, double seconds);

    /** One record was decoded. */
    void decoded(double seconds);
}
