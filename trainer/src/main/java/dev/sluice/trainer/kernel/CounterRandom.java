package dev.sluice.trainer.kernel;

/**
 * Random numbers by counting: number i of a seed and a purpose is a function of these three alone, so that nothing but
 * the seed is state. The bits are SplitMix64's finaliser of {@code key + (i + 1) · γ} with γ = 2^64/φ, where the key is
 * that finaliser of the seed, of the purpose's {@link String#hashCode()}, and of both together.
 *
 * @see <a href="https://doi.org/10.1145/2714064.2660195">Steele, Lea and Flood 2014, SplitMix</a>
 */
public final class CounterRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double TWO_TO_MINUS_53 = 0x1p-53;

    private final long key;

    public CounterRandom(long seed, String purpose) {
        this(mix(mix(seed + GOLDEN_GAMMA) ^ mix(purpose.hashCode() * GOLDEN_GAMMA)));
    }

    private CounterRandom(long key) {
        this.key = key;
    }

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
