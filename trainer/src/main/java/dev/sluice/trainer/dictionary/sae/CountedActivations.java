package dev.sluice.trainer.dictionary.sae;

/** Activations that know what the sparse way to them costs. */
public interface CountedActivations extends Activations {
    /** Mean number of codes of a row that gradients need: those that are active, or that an estimator looks at. */
    double codesPerRow();
}
