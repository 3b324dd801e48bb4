package dev.sluice.trainer.checkpoint;

/** A checkpoint that cannot be used; the message names the file and what is wrong with it. */
public final class CheckpointException extends RuntimeException {
    private final Fault fault;

    /** Why a checkpoint cannot be used. */
    public enum Fault {
        /** There is no such file. */
        MISSING,
        /** The bytes are not those that were written: an earlier checkpoint may serve. */
        TORN,
        /** A whole checkpoint, but of another variant, spec or stream: none of its kin may serve. */
        FOREIGN
    }

    CheckpointException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    CheckpointException(Fault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
