package dev.sluice.producer.hash;

/**
 * Random numbers by counting: number i of a key is a function of these two alone, so that nothing but the key is state.
 * The bits are SplitMix64's output function of {@code key + (i + 1) γ} with γ = 2^64/φ, modulo 2^64. Every way to make
 * a key mixes the seed with what the numbers are for. Immutable and safe for several threads.
 *
 * @see <a href="https://doi.org/10.1145/2714064.2660195">Steele, Lea and Flood 2014, Fast splittable pseudorandom
 *     number generators</a>
 */
public final class CounterRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double TWO_TO_MINUS_53 = 0x1p-53;

    private final long key;

    private CounterRandom(long key) {
        this.key = key;
    }

    /** Of a purpose by its name: mixes the seed with the name's {@link String#hashCode()}. */
    public CounterRandom(long seed, String purpose) {
        this(mix(mix(seed + GOLDEN_GAMMA) ^ mix(purpose.hashCode() * GOLDEN_GAMMA)));
    }

    /** Of one of many things, by its number: {@code mix(mix(seed + γ) + γ (index + 1))}. */
    public static CounterRandom of(long seed, long index) {
        return new CounterRandom(mix(mix(seed + GOLDEN_GAMMA) + GOLDEN_GAMMA * (index + 1)));
    }

    /** Of one of many things, for one of several purposes: {@code mix(mix(mix(seed + γ) ^ purpose) + γ (index + 1))}. */
    public static CounterRandom of(long seed, long purpose, long index) {
        return new CounterRandom(mix(mix(mix(seed + GOLDEN_GAMMA) ^ purpose) + GOLDEN_GAMMA * (index + 1)));
    }

    /** Without mixing: with key 0 the numbers are those of SplitMix64 with seed 0. */
    static CounterRandom ofKey(long key) {
        return new CounterRandom(key);
    }

    /** 64 uniform bits. */
    public long bits(long i) {
        return mix(key + (i + 1) * GOLDEN_GAMMA);
    }

    /** Uniform in [0, 1), in steps of 2^-53. */
    public double uniform(long i) {
        return (bits(i) >>> 11) * TWO_TO_MINUS_53;
    }

    /** Uniform in [0, bound), up to a bias of bound / 2^32. */
    public int below(int bound, long i) {
        return (int) (((bits(i) >>> 32) * bound) >>> 32);
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
