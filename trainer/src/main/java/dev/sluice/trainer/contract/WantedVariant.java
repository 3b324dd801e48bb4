package dev.sluice.trainer.contract;

import dev.sluice.producer.contract.Json;

/**
 * The value of {@code sluice.variants}, key = variant id: what is to be trained, and whether it should run. A tombstone
 * deletes the variant.
 *
 * @param version of this contract
 * @param spec does not change under its id
 * @param generation 0 at first; a replay wants the next one
 * @param from where this generation starts, see {@link Start}; resolved once by its owner
 * @param paused whether training waits until it is resumed
 */
public record WantedVariant(int version, VariantSpec spec, int generation, String from, boolean paused) {

    /** The first generation of a spec, running. */
    public static WantedVariant of(VariantSpec spec) {
        return new WantedVariant(Json.VERSION, spec, 0, spec.from(), false);
    }

    /** The same variant, waiting. */
    public WantedVariant pause() {
        return new WantedVariant(version, spec, generation, from, true);
    }

    /** The same variant, running. */
    public WantedVariant resume() {
        return new WantedVariant(version, spec, generation, from, false);
    }

    /** The next generation, running: the same spec learns the log again. */
    public WantedVariant replay(String start) {
        return new WantedVariant(version, spec, generation + 1, start, false);
    }
}
