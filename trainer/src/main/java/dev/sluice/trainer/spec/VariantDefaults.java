package dev.sluice.trainer.spec;

import dev.sluice.producer.contract.StreamSpec;
import java.util.List;

/**
 * What variants take from the run where they do not say it themselves.
 *
 * @param streams of the run: a variant without one is trained on each; empty if a variant must name its own
 * @param epochs passes over the stream
 * @param tokens horizon of the schedules over these passes; scaled for a variant with another number of them
 */
public record VariantDefaults(List<StreamSpec> streams, int epochs, long tokens) {
    public VariantDefaults {
        streams = List.copyOf(streams);
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs must be at least 1, got " + epochs);
        }
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens must be at least 1, got " + tokens);
        }
    }

    long tokens(int passes) {
        return Math.multiplyExact(tokens / epochs, passes) + tokens % epochs;
    }
}
