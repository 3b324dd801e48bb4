package dev.sluice.broker;

/** The embedded broker cannot start; the message says where and why. */
public final class BrokerException extends RuntimeException {
    BrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
