package dev.sluice.local;

/** The user asked for something that cannot be; the message names the option, the rule and what was given. */
final class WrongInput extends RuntimeException {
    WrongInput(String message) {
        super(message);
    }

    WrongInput(String message, Throwable cause) {
        super(message, cause);
    }
}
