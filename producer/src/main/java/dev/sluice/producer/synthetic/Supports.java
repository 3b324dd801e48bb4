package dev.sluice.producer.synthetic;

import java.util.Arrays;

/** Chooses the active features of a row. Immutable. */
interface Supports {
    /** The active features, ascending. */
    int[] draw(RandomSequence random);

    /** By the cheapest way that the spec allows. */
    static Supports of(SyntheticSpec spec) {
        SyntheticSpec.Firing firing = spec.firing();
        boolean exact = firing.support() == Support.EXACT;
        if (firing.correlation() > 0 || (exact && firing.power() > 0)) {
            return new ScoredSupports(spec);
        }
        return exact ? random -> sample(random, spec.features(), (int) firing.active()) : independent(spec);
    }

    private static Supports independent(SyntheticSpec spec) {
        double[] probabilities = Frequencies.of(spec);
        return random -> {
            int[] chosen = new int[probabilities.length];
            int count = 0;
            for (int j = 0; j < chosen.length; j++) {
                if (random.uniform() < probabilities[j]) {
                    chosen[count++] = j;
                }
            }
            return Arrays.copyOf(chosen, count);
        };
    }

    /** Floyd's sampling without replacement: each subset of this size is equally likely. */
    private static int[] sample(RandomSequence random, int features, int active) {
        int[] chosen = new int[active];
        for (int count = 0; count < active; count++) {
            int last = features - active + count;
            int candidate = random.below(last + 1);
            boolean taken = Arrays.stream(chosen, 0, count).anyMatch(j -> j == candidate);
            chosen[count] = taken ? last : candidate;
        }
        Arrays.sort(chosen);
        return chosen;
    }
}
