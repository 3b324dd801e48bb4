package dev.sluice.trainer.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.trainer.dictionary.sae.SaeWeights;

/**
 * An SAE as another library keeps it.
 *
 * @param weights in units of the model's activations
 * @param centredRows whether it was trained on rows without their mean, of weights that were centred
 * @param metadata what the library says of model, hook and data; free
 */
public record ForeignSae(SaeWeights weights, boolean centredRows, ObjectNode metadata) {}
