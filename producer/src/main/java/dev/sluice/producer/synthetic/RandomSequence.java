package dev.sluice.producer.synthetic;

import dev.sluice.producer.hash.CounterRandom;

/** The numbers of a {@link CounterRandom}, one after the other. */
final class RandomSequence {
    private final CounterRandom random;
    private long next;

    private RandomSequence(CounterRandom random) {
        this.random = random;
    }

    static RandomSequence of(long seed, long purpose, long index) {
        return new RandomSequence(CounterRandom.of(seed, purpose, index));
    }

    /** Uniform in [0, 1). */
    double uniform() {
        return random.uniform(next++);
    }

    /** Uniform in 0 to bound - 1; the bias of the product method is below bound / 2^53. */
    int below(int bound) {
        return (int) (uniform() * bound);
    }

    /** Standard normal by Box and Muller, the cosine half; StrictMath gives the same bits on every machine. */
    double gaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
        return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
    }
}
