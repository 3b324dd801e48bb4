package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.Codes;
import java.util.BitSet;

/** What an SAE's forward pass makes of normalised rows; each family adds what its gradients need. */
public interface Activations {
    /** The codes of the first {@code rows} rows. */
    Codes codes(int rows);

    /** x̂, float32 [rows, d], normalised units. */
    NDArray reconstructed();

    /** Latents that are active on any row. */
    BitSet fired();
}
