package dev.sluice.evaluator.page;

/** A question that cannot be understood; the message names the parameter, the value and the rule. */
final class BadRequestException extends RuntimeException {
    BadRequestException(String message, Throwable cause) {
        super(message, cause);
    }
}
