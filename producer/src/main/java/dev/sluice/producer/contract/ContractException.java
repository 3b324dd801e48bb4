package dev.sluice.producer.contract;

/** What was read from a topic or a file does not keep the contract; the message names the field, the value, the rule. */
public class ContractException extends RuntimeException {
    public ContractException(String message) {
        super(message);
    }

    public ContractException(String message, Throwable cause) {
        super(message, cause);
    }
}
