package dev.sluice.trainer.contract;

import org.jspecify.annotations.Nullable;

/**
 * One dictionary to train on one stream. Written by users as YAML or JSON in kebab-case, where unknown keys are
 * refused; carried on {@code sluice.variants} as wire JSON. Immutable under its id: another spec is another variant.
 *
 * @param id DNS label: {@code ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$}
 * @param stream id of the stream
 * @param dictionary what is learned
 * @param training how
 * @param from see {@link Start}, resolved once to a row
 * @param group of variants that are compared with each other, a DNS label; null for none, and then absent on the wire, so
 *     that the states of variants without a group have the hashes that they had before there were groups
 */
public record VariantSpec(
        String id,
        String stream,
        DictionarySpec dictionary,
        TrainingSpec training,
        String from,
        @Nullable String group) {
    /** Without a group. */
    public VariantSpec(String id, String stream, DictionarySpec dictionary, TrainingSpec training, String from) {
        this(id, stream, dictionary, training, from, null);
    }

    /** The same under another id. */
    public VariantSpec withId(String other) {
        return new VariantSpec(other, stream, dictionary, training, from, group);
    }
}
