package dev.sluice.trainer.dictionary.sae.relu;

import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import java.util.ArrayList;
import java.util.List;

/**
 * How p falls from 1 in equal steps, each after the same number of tokens, so that the last p has as many as the others;
 * at each step the coefficient is multiplied by mean(L_p) / mean(L_next) over the last {@value #MEMORY} batches, so that
 * the penalty stays as strong (Karvonen et al. 2024). State.
 */
final class Annealing {
    private static final String STATE = "annealing";
    private static final int MEMORY = 10;
    private static final int HEAD = 3;

    private final double start;
    private final double end;
    private final int all;
    private final List<Penalties> recent = new ArrayList<>();
    private int steps;
    private double factor = 1;

    /** Of one batch: by the p of now and by the next. */
    private record Penalties(double now, double next) {}

    /**
     * @param start share of the training after which p falls
     * @param end what it falls to
     * @param all steps in which it falls
     */
    Annealing(double start, double end, int all) {
        this.start = start;
        this.end = end;
        this.all = all;
    }

    double p() {
        return pAfter(steps);
    }

    double nextP() {
        return pAfter(Math.min(steps + 1, all));
    }

    /** What the spec's coefficient is multiplied by. */
    double factor() {
        return factor;
    }

    private double pAfter(int count) {
        return 1 - (1 - end) * count / all;
    }

    /** Notes a batch; takes the next step if it is due. */
    void add(double now, double next, long tokens, long horizon) {
        recent.add(new Penalties(now, next));
        if (recent.size() > MEMORY) {
            recent.remove(0);
        }
        double first = start * horizon;
        if (steps < all && tokens >= first + (horizon - first) * steps / all) {
            step();
        }
    }

    private void step() {
        double sumNow = recent.stream().mapToDouble(Penalties::now).sum();
        double sumNext = recent.stream().mapToDouble(Penalties::next).sum();
        if (sumNow > 0 && sumNext > 0) {
            factor *= sumNow / sumNext;
        }
        steps++;
        recent.clear();
    }

    void save(StateSink out) {
        double[] state = new double[HEAD + 2 * MEMORY];
        state[0] = steps;
        state[1] = factor;
        state[2] = recent.size();
        for (int i = 0; i < recent.size(); i++) {
            state[HEAD + 2 * i] = recent.get(i).now();
            state[HEAD + 2 * i + 1] = recent.get(i).next();
        }
        out.doubles(STATE, state);
    }

    void restore(StateSource source) {
        double[] state = source.doubles(STATE);
        steps = (int) state[0];
        factor = state[1];
        recent.clear();
        for (int i = 0; i < (int) state[2]; i++) {
            recent.add(new Penalties(state[HEAD + 2 * i], state[HEAD + 2 * i + 1]));
        }
    }
}
