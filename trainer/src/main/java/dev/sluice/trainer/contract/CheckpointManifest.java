package dev.sluice.trainer.contract;

import dev.sluice.producer.contract.Json;
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
        @Nullable CheckpointManifest previous) {
    /** What names each value; those that are not given are 0, empty, or null. */
    public static Builder builder(VariantSpec spec) {
        return new Builder(spec);
    }

    /** A manifest whose values are given by name. */
    public static final class Builder {
        private int version = Json.VERSION;
        private final VariantSpec spec;
        private int generation;
        private String streamDigest = "";
        private long step;
        private long tokens;
        private long row;
        private int epoch;
        private boolean last;
        private String file = "";
        private long bytes;
        private String sha256 = "";
        private Map<String, String> provenance = Map.of();
        private @Nullable CheckpointManifest previous;

        private Builder(VariantSpec spec) {
            this.spec = spec;
        }

        public Builder version(int version) {
            this.version = version;
            return this;
        }

        public Builder generation(int generation) {
            this.generation = generation;
            return this;
        }

        public Builder streamDigest(String streamDigest) {
            this.streamDigest = streamDigest;
            return this;
        }

        public Builder step(long step) {
            this.step = step;
            return this;
        }

        public Builder tokens(long tokens) {
            this.tokens = tokens;
            return this;
        }

        public Builder row(long row) {
            this.row = row;
            return this;
        }

        public Builder epoch(int epoch) {
            this.epoch = epoch;
            return this;
        }

        public Builder last(boolean last) {
            this.last = last;
            return this;
        }

        public Builder file(String file) {
            this.file = file;
            return this;
        }

        public Builder bytes(long bytes) {
            this.bytes = bytes;
            return this;
        }

        public Builder sha256(String sha256) {
            this.sha256 = sha256;
            return this;
        }

        public Builder provenance(Map<String, String> provenance) {
            this.provenance = provenance;
            return this;
        }

        public Builder previous(@Nullable CheckpointManifest previous) {
            this.previous = previous;
            return this;
        }

        public CheckpointManifest build() {
            return new CheckpointManifest(
                    version,
                    spec,
                    generation,
                    streamDigest,
                    step,
                    tokens,
                    row,
                    epoch,
                    last,
                    file,
                    bytes,
                    sha256,
                    provenance,
                    previous);
        }
    }
}
