package dev.sluice.producer.model;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What {@code config.json} says of a model.
 *
 * @param dModel width of the residual stream
 * @param dMlp width of the MLP's hidden layer
 * @param activation torch's name of the GELU: {@code none} (exact) or {@code tanh}
 * @param parallelResidual attention and MLP read the same residual stream; there is no {@code hook_resid_mid}
 * @param rotaryDimensions of each head; 0 without rotary positions
 * @param tiedEmbeddings the unembedding is the token embedding
 * @param bosId the token that begins a text, where the model has one
 */
public record ModelConfig(
        Architecture architecture,
        int vocabulary,
        int dModel,
        int dMlp,
        int layers,
        int heads,
        int maxPositions,
        double layerNormEpsilon,
        String activation,
        boolean parallelResidual,
        int rotaryDimensions,
        double rotaryBase,
        boolean tiedEmbeddings,
        OptionalInt bosId,
        OptionalInt eosId) {

    public ModelConfig {
        require(dModel % heads == 0, "the width of " + dModel + " must be a multiple of the " + heads + " heads");
        require(
                rotaryDimensions % 2 == 0 && rotaryDimensions >= 0 && rotaryDimensions <= dModel / heads,
                "rotary dimensions must be even and at most the head's " + dModel / heads + ", got "
                        + rotaryDimensions);
        requireToken("bos_token_id", bosId, vocabulary);
        requireToken("eos_token_id", eosId, vocabulary);
    }

    /** Reads and checks {@code config.json} in a Hugging Face model folder. */
    public static ModelConfig read(Path folder) {
        return new ConfigReader(folder.resolve("config.json")).read();
    }

    int headWidth() {
        return dModel / heads;
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
