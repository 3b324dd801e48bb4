package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sluice.producer.contract.Json;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.checkpoints}, key = variant id: committing it is what makes the file a checkpoint. In JSON
 * the members of {@code origin}, {@code position} and {@code stored} stand beside the others, with {@code version}.
 *
 * @param origin what was trained
 * @param position how far
 * @param last the training is done
 * @param stored where the state lies
 * @param provenance JDK, engine, device, threads: what the bits may depend on
 * @param previous manifest, without its own predecessor
 */
public record CheckpointManifest(
        @JsonUnwrapped Origin origin,
        @JsonUnwrapped Position position,
        boolean last,
        @JsonUnwrapped StoredFile stored,
        Map<String, String> provenance,
        @Nullable CheckpointManifest previous) {
    /**
     * What was trained.
     *
     * @param spec of the variant
     * @param generation 0 until replayed
     * @param streamDigest of the stream that it was trained on
     */
    public record Origin(VariantSpec spec, int generation, String streamDigest) {}

    /**
     * How far a variant is.
     *
     * @param step updates so far
     * @param tokens consumed over all passes, a multiple of the batch
     * @param row next row of the log: the one after the last consumed
     * @param epoch pass of the last row consumed, from 0; the end of a pass is the row count of that pass, not row 0 of
     *     the next, so that it does not depend on when the stream's end became known
     */
    public record Position(long step, long tokens, long row, int epoch) {}

    /**
     * A file with the whole training state, ledger included.
     *
     * @param file name relative to the checkpoint folder; its SHA-256 is in it
     * @param bytes of the file
     * @param sha256 of the file
     */
    public record StoredFile(String file, long bytes, String sha256) {}

    @JsonValue
    SortedMap<String, Object> members() {
        SortedMap<String, Object> members = Json.flat(origin, position, stored);
        members.put("version", Json.VERSION);
        members.put("last", last);
        members.put("provenance", provenance);
        if (previous != null) {
            members.put("previous", previous);
        }
        return members;
    }

    /** The same with this predecessor, whose own is forgotten. */
    public CheckpointManifest after(@Nullable CheckpointManifest predecessor) {
        return new CheckpointManifest(
                origin, position, last, stored, provenance, predecessor == null ? null : predecessor.after(null));
    }

    public VariantSpec spec() {
        return origin.spec();
    }

    public int generation() {
        return origin.generation();
    }

    public String streamDigest() {
        return origin.streamDigest();
    }

    public long step() {
        return position.step();
    }

    public long tokens() {
        return position.tokens();
    }

    public long row() {
        return position.row();
    }

    public int epoch() {
        return position.epoch();
    }

    public String file() {
        return stored.file();
    }

    public long bytes() {
        return stored.bytes();
    }

    public String sha256() {
        return stored.sha256();
    }
}
