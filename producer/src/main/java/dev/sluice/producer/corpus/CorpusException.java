package dev.sluice.producer.corpus;

/** A corpus or tokenizer that cannot be read; the message names the file, the place, the value and the rule. */
public final class CorpusException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CorpusException(String message) {
        super(message);
    }

    public CorpusException(String message, Throwable cause) {
        super(message, cause);
    }
}
