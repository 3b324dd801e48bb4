package dev.sluice.trainer.dictionary.sae;

import dev.sluice.trainer.dictionary.Codes;

/** Codes whose values are multiplied by a positive factor of their row. */
final class ScaledCodes implements Codes {
    private final Codes codes;
    private final float[] factors;

    /** @param factors of the rows, at least as many */
    ScaledCodes(Codes codes, float[] factors) {
        this.codes = codes;
        this.factors = factors;
    }

    @Override
    public long active() {
        return codes.active();
    }

    @Override
    public void forEachRow(RowVisitor visitor) {
        codes.forEachRow((row, latents, values, from, count) -> {
            float[] scaled = new float[from + count];
            for (int i = from; i < from + count; i++) {
                scaled[i] = values[i] * factors[row];
            }
            visitor.row(row, latents, scaled, from, count);
        });
    }
}
