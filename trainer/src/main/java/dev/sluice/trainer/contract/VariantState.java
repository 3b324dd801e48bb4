package dev.sluice.trainer.contract;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where one generation of a variant is in its life. {@link #to} allows the legal steps only; finished and failed are
 * ends, after which only a replay, the next generation, begins anew.
 */
public sealed interface VariantState {

    /** As in {@link VariantStatus#state}, metrics and the page: waiting, catching-up, training, ... */
    default String label() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** Why it failed, else null. */
    default @Nullable String reason() {
        return null;
    }

    /** The states that may follow. */
    Set<Class<? extends VariantState>> next();

    /**
     * The next state, which may be this one again.
     *
     * @throws IllegalStateException if it may not follow this one
     */
    default VariantState to(VariantState state) {
        if (!equals(state) && !next().contains(state.getClass())) {
            throw new IllegalStateException("a variant that is " + label() + " cannot become " + state.label());
        }
        return state;
    }

    /** True if nothing follows. */
    default boolean isEnd() {
        return next().isEmpty();
    }

    /** The labels of all states. */
    static Set<String> labels() {
        return Set.of("waiting", "catching-up", "training", "paused", "handing-over", "finished", "failed");
    }

    /** Not yet restored, or its stream is not there. */
    record Waiting() implements VariantState {
        @Override
        public Set<Class<? extends VariantState>> next() {
            return Set.of(
                    CatchingUp.class, Training.class, Paused.class, Finished.class, HandingOver.class, Failed.class);
        }
    }

    /** Trains at an earlier position than the rest of its cohort. */
    record CatchingUp() implements VariantState {
        @Override
        public Set<Class<? extends VariantState>> next() {
            return Set.of(Training.class, Paused.class, Finished.class, HandingOver.class, Failed.class);
        }
    }

    /** Trains with its cohort. */
    record Training() implements VariantState {
        @Override
        public Set<Class<? extends VariantState>> next() {
            return Set.of(Paused.class, Finished.class, HandingOver.class, Failed.class);
        }
    }

    /** Has stopped at the end of a batch, its checkpoint is written, its memory given back; until it is resumed. */
    record Paused() implements VariantState {
        @Override
        public Set<Class<? extends VariantState>> next() {
            return Set.of(Waiting.class);
        }
    }

    /** Its owner has stopped at the end of a batch; the next one waits for its checkpoint. */
    record HandingOver() implements VariantState {
        @Override
        public Set<Class<? extends VariantState>> next() {
            return Set.of(Waiting.class, Paused.class, Failed.class);
        }
    }

    /** The final checkpoint is committed. */
    record Finished() implements VariantState {
        @Override
        public Set<Class<? extends VariantState>> next() {
            return Set.of();
        }
    }

    /** @param reason for people, with field, value and rule */
    record Failed(String reason) implements VariantState {
        @Override
        public Set<Class<? extends VariantState>> next() {
            return Set.of();
        }
    }
}
