package dev.sluice.trainer.contract;

/**
 * One dictionary to train on one stream. Written by users as YAML or JSON in kebab-case, where unknown keys are
 * refused; carried on {@code sluice.variants} as wire JSON. Immutable under its id: another spec is another variant.
 *
 * @param id DNS label: {@code ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$}
 * @param stream id of the stream
 * @param dictionary what is learned
 * @param training how
 * @param from see {@link Start}, resolved once to a row
 */
public record VariantSpec(String id, String stream, DictionarySpec dictionary, TrainingSpec training, String from) {}
