package dev.sluice.trainer.control;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.engine.Lane;
import dev.sluice.trainer.checkpoint.CheckpointCommitter;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.checkpoint.VariantOwner;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.contract.VariantStatus;
import org.jspecify.annotations.Nullable;

/** A variant that this process owns: its state and position, as others see them. Thread-safe. */
final class VariantRun {
    private final VariantSpec spec;
    private final VariantOwner owner;
    private final Lane lane;
    private final CheckpointCommitter checkpoints;
    private final @Nullable CheckpointManifest manifest;
    private final RateMeter rate = new RateMeter();
    private VariantState state;
    private boolean dropped;
    private long tokens;
    private long row;
    private int epoch;
    private long checkpointTokens = -1;
    private long checkpointMillis = -1;
    private long latents;
    private long parameters;

    /**
     * @param manifest last committed, read after the variant was taken
     * @param state from the last owner if it is an end, else waiting
     */
    VariantRun(
            VariantSpec spec,
            VariantOwner owner,
            Lane lane,
            CheckpointCommitter checkpoints,
            @Nullable CheckpointManifest manifest,
            VariantState state) {
        this.spec = spec;
        this.owner = owner;
        this.lane = lane;
        this.checkpoints = checkpoints;
        this.manifest = manifest;
        this.state = state;
        if (manifest != null) {
            moved(manifest.tokens(), manifest.row(), manifest.epoch());
            checkpointTokens = manifest.tokens();
        }
    }

    VariantSpec spec() {
        return spec;
    }

    String id() {
        return spec.id();
    }

    VariantOwner owner() {
        return owner;
    }

    /** Its share of the compute thread. */
    Lane lane() {
        return lane;
    }

    CheckpointCommitter checkpoints() {
        return checkpoints;
    }

    @Nullable
    CheckpointManifest manifest() {
        return manifest;
    }

    synchronized VariantState state() {
        return state;
    }

    /** Moves on; a variant that has failed meanwhile stays failed. */
    synchronized void become(VariantState next) {
        if (!(state instanceof VariantState.Failed)) {
            state = state.to(next);
        }
    }

    /** Another process owns it now. */
    synchronized void drop() {
        dropped = true;
    }

    /** True while there is something to train and the right to. */
    synchronized boolean isAlive() {
        return !dropped && !state.isEnd();
    }

    synchronized boolean isDropped() {
        return dropped;
    }

    synchronized void moved(CheckpointHeader to) {
        moved(to.tokens(), to.row(), to.epoch());
    }

    private synchronized void moved(long toTokens, long toRow, int toEpoch) {
        tokens = toTokens;
        row = toRow;
        epoch = toEpoch;
    }

    synchronized void sized(long ofLatents, long ofParameters) {
        latents = ofLatents;
        parameters = ofParameters;
    }

    synchronized void checkpointed(long atTokens, long atMillis) {
        checkpointTokens = atTokens;
        checkpointMillis = atMillis;
    }

    synchronized long checkpointTokens() {
        return checkpointTokens;
    }

    /** @param progress of the stream, null while unknown */
    synchronized VariantStatus status(@Nullable StreamProgress progress, long nowMillis) {
        long rows = progress == null ? 0 : progress.rows();
        rate.add(nowMillis, tokens);
        return new VariantStatus(
                Json.VERSION,
                spec.id(),
                0,
                spec.stream(),
                spec.dictionary().kind(),
                state.label(),
                state.reason(),
                tokens,
                progress != null && progress.complete() ? target(rows) : -1,
                epoch,
                row,
                state.isEnd() ? 0 : Math.max(0, rows - row),
                state.isEnd() ? 0 : rate.perSecond(),
                lane.busySeconds(),
                checkpointTokens,
                checkpointMillis,
                latents,
                parameters,
                nowMillis);
    }

    /** The first row of the log that it will still read: of the next one of this pass, or of the passes to come. */
    synchronized long firstRowNeeded() {
        return epoch + 1 < spec.training().epochs() ? 0 : row;
    }

    /** Tokens of all whole batches in all passes. */
    long target(long rows) {
        long all = Math.multiplyExact(rows, spec.training().epochs());
        return all - all % spec.training().batchTokens();
    }
}
