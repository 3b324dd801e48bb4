package dev.sluice.local.console;

/** The running process refused a request; the message is what it said. */
public final class RefusedException extends RuntimeException {
    private final int status;

    RefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Whether what was sent can never be accepted, as opposed to not now or not there. */
    public boolean isWrongInput() {
        return status == 400 || status == 413 || status == 415 || status == 422;
    }
}
