package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import java.util.Objects;

/** An SAE that goes the sparse way however many codes there are. */
public record AlwaysSparse(DenseSae<?> sae, SparseWay way) implements Sae<Listed> {
    @Override
    public Parameters parameters() {
        return sae.parameters();
    }

    @Override
    public Listed activate(NDArray x) {
        int latents = (int) parameters().get(Parameters.DECODER).getShape().get(0);
        return Objects.requireNonNull(way.activate(x, latents));
    }

    @Override
    public Gradients gradients(NDArray x, Listed listed, Progress progress) {
        return way.gradients(x, listed, progress);
    }

    @Override
    public void close() {
        way.close();
        sae.close();
    }
}
