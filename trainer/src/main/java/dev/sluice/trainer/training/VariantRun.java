package dev.sluice.trainer.training;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.engine.Lane;
import dev.sluice.trainer.checkpoint.CheckpointCommitter;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.checkpoint.VariantOwner;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Start;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.metrics.RateMeter;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One stretch of a variant in this process, until it ends, is paused, replayed or given away: its state and position,
 * as others see them. Thread-safe.
 */
final class VariantRun {
    private static final long UNKNOWN = -1;

    private final WantedVariant wanted;
    private final Start start;
    private final VariantOwner owner;
    private final Lane lane;
    private final CheckpointCommitter checkpoints;
    private final @Nullable CheckpointManifest manifest;
    private final RateMeter rate = new RateMeter();
    private final CompletableFuture<@Nullable Void> left = new CompletableFuture<>();
    private VariantState state;
    private boolean started;
    private boolean leaving;
    private boolean keeping;
    private boolean dropped;
    private long startRow = UNKNOWN;
    private long tokens;
    private long row;
    private int epoch;
    private double secondsBefore;
    private long checkpointTokens = -1;
    private long checkpointMillis = -1;
    private long latents;
    private long parameters;

    /**
     * @param manifest last committed of this generation
     * @param state from the last owner if it is an end, else waiting or paused
     * @throws ContractException if its start cannot be understood
     */
    VariantRun(
            WantedVariant wanted,
            VariantOwner owner,
            Lane lane,
            CheckpointCommitter checkpoints,
            @Nullable CheckpointManifest manifest,
            VariantState state) {
        this.wanted = wanted;
        this.owner = owner;
        this.lane = lane;
        this.checkpoints = checkpoints;
        this.manifest = manifest;
        this.state = state;
        this.start = Start.parse(wanted.from())
                .orElseThrow(() -> new ContractException("from must be " + Start.RULE + ", got " + wanted.from()));
        if (start instanceof Start.Earliest) {
            startRow = 0;
        }
        if (manifest != null) {
            moved(manifest.tokens(), manifest.row(), manifest.epoch());
            checkpointTokens = manifest.tokens();
        }
    }

    VariantSpec spec() {
        return wanted.spec();
    }

    String id() {
        return spec().id();
    }

    int generation() {
        return wanted.generation();
    }

    /** Where this generation begins. */
    Start start() {
        return start;
    }

    WantedVariant wanted() {
        return wanted;
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
        if (!state.phase().isFailed()) {
            state = state.to(next);
        }
    }

    /** Moves on from this state only; whether it did. */
    synchronized boolean become(VariantPhase from, VariantPhase next) {
        boolean moves = state.phase() == from;
        if (moves) {
            state = state.to(VariantState.of(next));
        }
        return moves;
    }

    /** Another process owns it now. */
    synchronized void drop() {
        dropped = true;
    }

    /** True while there is something to train and the right to. */
    synchronized boolean isAlive() {
        return !dropped && !state.phase().isOver();
    }

    synchronized boolean isDropped() {
        return dropped;
    }

    /** True if it is to be trained and nobody has begun. */
    synchronized boolean isReady() {
        return !started && !leaving && !dropped && state.phase() == VariantPhase.WAITING;
    }

    /** Somebody has begun, and will say when it has {@link #left}. */
    synchronized void begin() {
        started = true;
    }

    /**
     * Asks whoever trains it to stop at the end of a batch.
     *
     * @param keep whether the state is checkpointed
     * @return completes when nothing of it is in memory any more
     */
    synchronized CompletableFuture<@Nullable Void> leave(boolean keep) {
        leaving = true;
        keeping = keep;
        if (!started) {
            left.complete(null);
        }
        return left;
    }

    boolean hasLeft() {
        return left.isDone();
    }

    synchronized boolean isLeaving() {
        return leaving;
    }

    /** True if it is to leave its state behind as a checkpoint. */
    synchronized boolean isKept() {
        return leaving && keeping;
    }

    /** Nothing of it is in memory any more. */
    void left() {
        left.complete(null);
    }

    synchronized void moved(CheckpointHeader to) {
        startRow = to.startRow();
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

    /** Goes on from an earlier stretch of the same variant. */
    synchronized void follows(VariantRun before) {
        VariantStatus last = before.status(null, 0);
        sized(last.latents(), last.parameters());
        secondsBefore = last.busySeconds();
        checkpointMillis = generation() == before.generation() ? last.checkpointMillis() : -1;
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
        boolean rests = state.phase().isOver() || state.phase().isPaused();
        rate.add(nowMillis, tokens);
        long target = progress != null && progress.complete() && startRow != UNKNOWN ? target(rows) : -1;
        long lag = state.phase().isOver() ? 0 : Math.max(0, rows - row);
        return new VariantStatus(
                new VariantStatus.Subject(
                        id(), generation(), spec().stream(), spec().dictionary().kind(), latents, parameters),
                new VariantStatus.Condition(state.phase(), state.reason()),
                new VariantStatus.Progress(tokens, target, epoch, row, lag),
                new VariantStatus.Pace(rests ? 0 : rate.perSecond(), secondsBefore + lane.busySeconds()),
                new VariantStatus.Checkpoint(checkpointTokens, checkpointMillis),
                nowMillis);
    }

    /** The first row of the log that it will still read: of the next one of this pass, or of the passes to come. */
    synchronized long firstRowNeeded() {
        return epoch + 1 < spec().training().epochs() ? Math.max(0, startRow) : row;
    }

    /** Tokens of all whole batches in all passes from the start row on. */
    synchronized long target(long rows) {
        long all = Math.multiplyExact(
                Math.max(0, rows - Math.max(0, startRow)), spec().training().epochs());
        return all - all % spec().training().batchTokens();
    }
}
