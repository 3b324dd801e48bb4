package dev.sluice.evaluator.job;

/** A job cannot be done; the message, which is the cause's, says why to people. */
final class JobException extends RuntimeException {
    JobException(Throwable cause) {
        super(reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
