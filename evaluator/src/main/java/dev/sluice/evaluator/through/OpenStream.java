package dev.sluice.evaluator.through;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.contract.StreamSpec;

/**
 * A stream whose model is open.
 *
 * @param spec of the stream
 * @param scope of its scores
 * @param scoring with its model, from its hook point on
 * @param splice that the scoring uses
 * @param reference that is known of it
 * @param memory for what outlives a batch
 */
record OpenStream(
        StreamSpec spec, Scope scope, Scoring scoring, Splice splice, StreamReference reference, NDManager memory) {}
