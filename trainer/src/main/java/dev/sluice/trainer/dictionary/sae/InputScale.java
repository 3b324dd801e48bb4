package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import org.jspecify.annotations.Nullable;

/**
 * The normalisation of an SAE's input, as in SAELens (MATHEMATICS.md, "Normalisation"): {@code none};
 * {@code expected-average}, a factor for all rows, taken from the first batch, whose mean norm becomes √d; {@code layer-norm},
 * (x - μ) / (σ + 1e-5) of each row with the unbiased σ, undone by x σ + μ; {@code constant-norm-rescale}, every row to
 * norm √d. The last two keep one or two numbers of each row beside its codes. State.
 */
public final class InputScale implements AutoCloseable {
    public static final String NONE = "none";
    public static final String EXPECTED_AVERAGE = "expected-average";
    public static final String LAYER_NORM = "layer-norm";
    public static final String CONSTANT_NORM = "constant-norm-rescale";

    private static final String STATE = "input-scale";

    private final String normalisation;
    private final NormaliseProgram program;
    private double factor = 1;

    public InputScale(NDManager manager, String normalisation) {
        this.normalisation = normalisation;
        this.program = new NormaliseProgram(manager);
    }

    /**
     * Rows in normalised units.
     *
     * @param x [rows, d]
     * @param factor by which each row has to be multiplied for raw units, [rows, 1]; null where it is the same for all
     * @param shift to be added then, [rows, 1], or null
     */
    public record Normalised(
            NDArray x, @Nullable NDArray factor, @Nullable NDArray shift) {}

    /** Where the factor is one for all rows: √d over the mean norm of the rows; 1 if they are all 0. */
    void fit(float[] rows, int width) {
        if (!normalisation.equals(EXPECTED_AVERAGE)) {
            return;
        }
        double norms = 0;
        int count = rows.length / width;
        for (int row = 0; row < count; row++) {
            double squares = 0;
            for (int i = row * width; i < (row + 1) * width; i++) {
                squares += (double) rows[i] * rows[i];
            }
            norms += Math.sqrt(squares);
        }
        factor = norms > 0 ? (float) (Math.sqrt(width) * count / norms) : 1;
    }

    double factor() {
        return factor;
    }

    /** Whether every row has a scale of its own. */
    boolean isPerRow() {
        return isPerRow(normalisation);
    }

    static boolean isPerRow(String normalisation) {
        return normalisation.equals(LAYER_NORM) || normalisation.equals(CONSTANT_NORM);
    }

    public Normalised normalise(NDArray raw) {
        if (!isPerRow()) {
            return new Normalised(raw.mul(factor), null, null);
        }
        return normalisation.equals(LAYER_NORM) ? program.layerNorm(raw) : program.constantNorm(raw);
    }

    /** Reconstructions of {@code rows} in raw units. */
    public NDArray undo(NDArray reconstructed, Normalised rows) {
        if (rows.factor() == null) {
            return undo(reconstructed);
        }
        NDArray scaled = reconstructed.mul(rows.factor());
        return rows.shift() == null ? scaled : scaled.add(rows.shift());
    }

    /** Vectors in raw units, of a row of factor 1 where each has its own. */
    public NDArray undo(NDArray normalised) {
        return normalised.div(factor);
    }

    /** Codes that atoms in the units of {@link #undo(NDArray)} belong to. */
    public Codes undo(Codes codes, Normalised rows) {
        return rows.factor() == null
                ? codes
                : new ScaledCodes(codes, rows.factor().toFloatArray());
    }

    void save(StateSink out) {
        out.doubles(STATE, new double[] {factor});
    }

    void restore(StateSource state) {
        factor = factorOf(state);
    }

    /** What rows were multiplied by. */
    static double factorOf(StateSource state) {
        return state.doubles(STATE)[0];
    }

    @Override
    public void close() {
        program.close();
    }
}
