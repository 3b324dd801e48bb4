package dev.sluice.producer.corpus;

/**
 * Numbers that depend on (seed, purpose, index) and their place in the sequence alone. The sequence is SplitMix64
 * (Steele, Lea and Flood 2014), started at a mix of the three.
 */
final class CounterRandom {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1.0p-53;

    private long state;

    private CounterRandom(long state) {
        this.state = state;
    }

    static CounterRandom of(long seed, long purpose, long index) {
        return new CounterRandom(mix(mix(mix(seed + GOLDEN_GAMMA) ^ purpose) + GOLDEN_GAMMA * (index + 1)));
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }

    private long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in [0, 1). */
    double uniform() {
        return (next() >>> 11) * UNIT;
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
