package dev.sluice.producer.model;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What {@code config.json} says of a model.
 *
 * @param tiedEmbeddings the unembedding is the token embedding
 * @param bosId the token that begins a text, where the model has one
 */
public record ModelConfig(
        Architecture architecture,
        Sizes sizes,
        Layer layer,
        boolean tiedEmbeddings,
        OptionalInt bosId,
        OptionalInt eosId) {

    /**
     * @param vocabulary number of tokens
     * @param dModel width of the residual stream
     * @param dMlp width of the MLP's hidden layer
     */
    public record Sizes(int vocabulary, int dModel, int dMlp, int layers, int heads, int maxPositions) {
        public Sizes {
            require(dModel % heads == 0, "the width of " + dModel + " must be a multiple of the " + heads + " heads");
        }

        int headWidth() {
            return dModel / heads;
        }
    }

    /**
     * How a layer computes.
     *
     * @param activation torch's name of the GELU: {@code none} (exact) or {@code tanh}
     * @param parallelResidual attention and MLP read the same residual stream; there is no {@code hook_resid_mid}
     * @param rotaryDimensions of each head; 0 without rotary positions
     */
    public record Layer(
            double normEpsilon, String activation, boolean parallelResidual, int rotaryDimensions, double rotaryBase) {}

    public ModelConfig {
        require(
                layer.rotaryDimensions % 2 == 0
                        && layer.rotaryDimensions >= 0
                        && layer.rotaryDimensions <= sizes.headWidth(),
                "rotary dimensions must be even and at most the head's " + sizes.headWidth() + ", got "
                        + layer.rotaryDimensions);
        requireToken("bos_token_id", bosId, sizes.vocabulary);
        requireToken("eos_token_id", eosId, sizes.vocabulary);
    }

    /** Reads and checks {@code config.json} in a Hugging Face model folder. */
    public static ModelConfig read(Path folder) {
        return new ConfigReader(folder.resolve("config.json")).read();
    }

    public int vocabulary() {
        return sizes.vocabulary;
    }

    public int dModel() {
        return sizes.dModel;
    }

    public int dMlp() {
        return sizes.dMlp;
    }

    public int layers() {
        return sizes.layers;
    }

    public int heads() {
        return sizes.heads;
    }

    public int maxPositions() {
        return sizes.maxPositions;
    }

    public double layerNormEpsilon() {
        return layer.normEpsilon;
    }

    public String activation() {
        return layer.activation;
    }

    public boolean parallelResidual() {
        return layer.parallelResidual;
    }

    private static void requireToken(String field, OptionalInt id, int vocabulary) {
        id.ifPresent(token -> require(
                token >= 0 && token < vocabulary, field + " must be in 0.." + (vocabulary - 1) + ", got " + token));
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new ModelException("config.json: " + message);
        }
    }
}
