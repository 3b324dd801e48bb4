package dev.sluice.trainer.contract;

import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.status}, key = variant id, written by the variant's owner about once a second and at
 * every change of state.
 *
 * @param version of this contract
 * @param variant id
 * @param generation 0 until replayed
 * @param stream id
 * @param kind of the dictionary
 * @param state by its name
 * @param reason why it failed, null otherwise
 * @param tokens consumed over all passes
 * @param targetTokens to consume in all, -1 while the stream's end is unknown
 * @param epoch current pass, from 0
 * @param row next row of the log
 * @param lagRows rows of the log not yet read in this pass, 0 once it has ended
 * @param tokensPerSecond over the last seconds
 * @param busySeconds of compute since the process started
 * @param checkpointTokens tokens of the last committed checkpoint, -1 before the first
 * @param checkpointMillis when it was committed, -1 before the first
 * @param latents size of the dictionary
 * @param parameters it learns
 * @param atMillis when this was written
 */
public record VariantStatus(
        int version,
        String variant,
        int generation,
        String stream,
        String kind,
        VariantPhase state,
        @Nullable String reason,
        long tokens,
        long targetTokens,
        int epoch,
        long row,
        long lagRows,
        double tokensPerSecond,
        double busySeconds,
        long checkpointTokens,
        long checkpointMillis,
        long latents,
        long parameters,
        long atMillis) {}
