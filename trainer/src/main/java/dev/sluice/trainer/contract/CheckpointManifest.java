package dev.sluice.trainer.contract;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.checkpoints}, key = variant id: committing it is what makes the file a checkpoint.
 *
 * @param version of this contract
 * @param spec of the variant
 * @param generation 0 until replayed
 * @param streamDigest of the stream that it was trained on
 * @param step updates so far
 * @param tokens consumed over all passes, a multiple of the batch
 * @param row next row of the log: the one after the last consumed
 * @param epoch pass of the last row consumed, from 0; the end of a pass is the row count of that pass, not row 0 of the
 *     next, so that it does not depend on when the stream's end became known
 * @param last the training is done
 * @param file name relative to the checkpoint folder; its SHA-256 is in it
 * @param bytes of the file
 * @param sha256 of the file: of the whole training state, ledger included
 * @param provenance JDK, engine, device, threads: what the bits may depend on
 * @param previous manifest, without its own predecessor
 */
public record CheckpointManifest(
        int version,
        VariantSpec spec,
        int generation,
        String streamDigest,
        long step,
        long tokens,
        long row,
        int epoch,
        boolean last,
        String file,
        long bytes,
        String sha256,
        Map<String, String> provenance,
        @Nullable CheckpointManifest previous) {}
