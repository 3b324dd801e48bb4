package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.kernel.Adam;
import dev.sluice.trainer.kernel.Rows;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Resampling of dead latents, as in dictionary_learning (MATHEMATICS.md, "Resampling"): every R tokens each latent that
 * was silent for R/2 takes the direction of a row x_i of the batch, drawn without replacement with a chance
 * proportional to ‖x_i - x̂_i‖: w_j = x_i / ‖x_i‖, the encoder's row 0.2 · (mean norm of the living ones) · x_i, bias
 * 0, and moments 0. Where decoder norms are free, w_j has the mean norm of the living ones instead of 1. Errors are
 * those before the step, which were measured anyway.
 */
public final class Resampling implements AutoCloseable {
    private static final double ENCODER_SHARE = 0.2;

    private final long every;
    private final boolean unit;
    private final CounterRandom random;
    private final ResampleProgram program;
    private final Rows rows;

    /** @param every R, 0 for never */
    Resampling(NDManager manager, long every, boolean unit, long seed) {
        this.every = every;
        this.unit = unit;
        this.random = new CounterRandom(seed, "resampling");
        this.program = new ResampleProgram(manager);
        this.rows = new Rows(manager);
    }

    /** Silence after which a latent is replaced, 0 if none ever is. */
    public static long window(long every) {
        return every > 0 ? Math.max(1, every / 2) : 0;
    }

    /** Whether a multiple of R lies in (before, after]. */
    boolean isDue(long before, long after) {
        return every > 0 && before / every < after / every;
    }

    /**
     * @param tokens trained before this batch
     * @param x its rows, normalised
     * @param reconstructed of them
     */
    void run(long tokens, NDArray x, NDArray reconstructed, Parameters parameters, Adam adam, DeadLatents counters) {
        long[] dead = counters.dead();
        int count = (int) Math.min(dead.length, x.getShape().get(0));
        if (count == 0) {
            return;
        }
        long[] drawn = draw(tokens, rows.norms(x.sub(reconstructed)).toFloatArray(), count);
        long[] replaced = Arrays.copyOf(dead, count);
        NDArray names = x.getManager().create(replaced);
        NDArray chosen = program.rows(x, x.getManager().create(drawn));
        NDArray encoder = parameters.get(Parameters.ENCODER);
        NDArray decoder = parameters.get(Parameters.DECODER);
        double decoderNorm = unit ? 1 : meanNorm(decoder, dead);
        NDArray directions =
                chosen.div(rows.norms(chosen).maximum(Float.MIN_NORMAL).expandDims(1));
        program.put(encoder, names, chosen.mul(ENCODER_SHARE * meanNorm(encoder, dead)));
        program.put(decoder, names, directions.mul(decoderNorm));
        program.clear(parameters.get(Parameters.ENCODER_BIAS), names);
        for (String name : new String[] {Parameters.ENCODER, Parameters.ENCODER_BIAS, Parameters.DECODER}) {
            int place = parameters.indexOf(name);
            program.clear(adam.firstMoments().get(place), names);
            program.clear(adam.secondMoments().get(place), names);
        }
        BitSet revived = new BitSet();
        Arrays.stream(replaced).forEach(latent -> revived.set((int) latent));
        counters.revive(revived);
    }

    /**
     * The rows with the smallest -ln(u) / weight, where u is row i's own uniform number: a draw without replacement
     * (Efraimidis and Spirakis 2006).
     */
    private long[] draw(long tokens, float[] weights, int count) {
        double[] keys = new double[weights.length];
        Arrays.setAll(keys, i -> -StrictMath.log(1 - random.uniform(tokens + i)) / weights[i]);
        return IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> keys[i]).thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .mapToLong(Integer::longValue)
                .toArray();
    }

    /** Of the rows that are not dead; 1 if all are. */
    private double meanNorm(NDArray weights, long[] dead) {
        float[] norms = rows.norms(weights).toFloatArray();
        for (long latent : dead) {
            norms[(int) latent] = 0;
        }
        double sum = 0;
        for (float norm : norms) {
            sum += norm;
        }
        int living = norms.length - dead.length;
        return living == 0 ? 1 : sum / living;
    }

    @Override
    public void close() {
        rows.close();
        program.close();
    }
}
