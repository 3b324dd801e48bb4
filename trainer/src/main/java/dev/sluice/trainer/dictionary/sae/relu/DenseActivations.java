package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.DenseCodes;
import dev.sluice.trainer.dictionary.sae.CountedActivations;
import java.util.BitSet;

/** Activations of which all values of a batch were computed. */
interface DenseActivations extends CountedActivations {
    Pass pass();

    /**
     * What every dense forward pass leaves.
     *
     * @param values f, or what f follows from, [rows, n]; shared by all calls
     * @param reconstructed x̂, [rows, d]
     * @param input of the encoder, [rows, d]
     * @param peaks largest code of each latent, [n]
     * @param counted how many codes gradients need, int64 []
     */
    record Pass(NDArray values, NDArray reconstructed, NDArray input, NDArray peaks, NDArray counted) {}

    @Override
    default Codes codes(int rows) {
        return new DenseCodes(pass().values(), rows);
    }

    @Override
    default NDArray reconstructed() {
        return pass().reconstructed();
    }

    @Override
    default BitSet fired() {
        return DenseCodes.fired(pass().peaks());
    }

    @Override
    default double codesPerRow() {
        return DenseCodes.perRow(pass().counted(), pass().values());
    }
}
