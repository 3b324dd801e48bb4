package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.CsrCodes;
import dev.sluice.trainer.dictionary.sae.CountedActivations;
import dev.sluice.trainer.dictionary.sae.SparseCoder;
import dev.sluice.trainer.kernel.RaggedCodes;
import java.util.BitSet;

/** A batch's codes by the sparse way. */
public final class Listed implements CountedActivations {
    private final RaggedCodes codes;
    private final NDArray preActivations;
    private final NDArray reconstructed;
    private final NDArray input;
    private final Codes all;

    /**
     * @param codes f on all codes that gradients need, [m]; 0 where a latent is not active
     * @param preActivations of them, [m]
     * @param input of the encoder, [rows, d]
     */
    Listed(RaggedCodes codes, NDArray preActivations, NDArray reconstructed, NDArray input) {
        this.codes = codes;
        this.preActivations = preActivations;
        this.reconstructed = reconstructed;
        this.input = input;
        this.all = CsrCodes.of(codes, codes.rowCount());
    }

    RaggedCodes sparse() {
        return codes;
    }

    NDArray preActivations() {
        return preActivations;
    }

    NDArray input() {
        return input;
    }

    /** Σ L0 over all rows. */
    double active() {
        return all.active();
    }

    @Override
    public Codes codes(int rows) {
        return rows == codes.rowCount() ? all : CsrCodes.of(codes, rows);
    }

    @Override
    public NDArray reconstructed() {
        return reconstructed;
    }

    @Override
    public BitSet fired() {
        return SparseCoder.fired(all);
    }

    @Override
    public double codesPerRow() {
        return (double) codes.values().size() / codes.rowCount();
    }
}
