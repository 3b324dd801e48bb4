package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The states of a variant by name: the one spelling for topics, REST, metrics, page and terminal. {@link VariantState}
 * adds why one failed.
 */
public enum VariantPhase {
    /** Not yet restored, or its stream is not there. */
    WAITING,
    /** Trains at an earlier position than the rest of its cohort. */
    CATCHING_UP,
    /** Trains with its cohort. */
    TRAINING,
    /** Has stopped at the end of a batch, its checkpoint is written, its memory given back; until it is resumed. */
    PAUSED,
    /** Its owner has stopped at the end of a batch; the next one waits for its checkpoint. */
    HANDING_OVER,
    /** The final checkpoint is committed. */
    FINISHED,
    /** Training it is impossible; the reason says why. */
    FAILED;

    /** As JSON, labels of metrics and people spell it: waiting, catching-up, training, ... */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if no phase has this wire name */
    @JsonCreator
    public static VariantPhase of(String wireName) {
        return Arrays.stream(values())
                .filter(phase -> phase.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("state must be one of "
                        + Arrays.stream(values()).map(VariantPhase::wireName).toList() + ", got " + wireName));
    }

    /** True if only a replay, the next generation, begins anew. */
    public boolean isOver() {
        return this == FINISHED || this == FAILED;
    }

    public boolean isPaused() {
        return this == PAUSED;
    }

    public boolean isFailed() {
        return this == FAILED;
    }

    public boolean isFinished() {
        return this == FINISHED;
    }

    /** True if it learns from batches. */
    public boolean isLearning() {
        return this == TRAINING || this == CATCHING_UP;
    }

    /** True if its owner has it in memory. */
    public boolean isAtWork() {
        return isLearning() || this == HANDING_OVER;
    }

    /** The phases that may follow. */
    public Set<VariantPhase> next() {
        return switch (this) {
            case WAITING -> EnumSet.of(CATCHING_UP, TRAINING, PAUSED, FINISHED, HANDING_OVER, FAILED);
            case CATCHING_UP -> EnumSet.of(TRAINING, PAUSED, FINISHED, HANDING_OVER, FAILED);
            case TRAINING -> EnumSet.of(PAUSED, FINISHED, HANDING_OVER, FAILED);
            case PAUSED -> EnumSet.of(WAITING);
            case HANDING_OVER -> EnumSet.of(WAITING, PAUSED, FAILED);
            case FINISHED, FAILED -> EnumSet.noneOf(VariantPhase.class);
        };
    }
}
