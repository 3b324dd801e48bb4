package dev.sluice.trainer.training;

import dev.sluice.trainer.contract.VariantSpec;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** When a variant is checkpointed: every so many tokens, from a place that differs from variant to variant. */
final class CheckpointMarks {
    private static final int PLACES = 16;

    private final long distance;
    private final long offset;

    CheckpointMarks(VariantSpec spec) {
        distance = spec.training().checkpointTokens();
        CRC32C crc = new CRC32C();
        crc.update(spec.id().getBytes(StandardCharsets.UTF_8));
        offset = distance / PLACES * (crc.getValue() % PLACES);
    }

    /** True if a mark lies in (before, after]. */
    boolean crossed(long before, long after) {
        return (after + offset) / distance > (before + offset) / distance;
    }
}
