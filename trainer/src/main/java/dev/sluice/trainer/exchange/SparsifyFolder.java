package dev.sluice.trainer.exchange;

import static dev.sluice.trainer.exchange.SaeTensor.Shape.LATENTS;
import static dev.sluice.trainer.exchange.SaeTensor.Shape.LATENTS_BY_WIDTH;
import static dev.sluice.trainer.exchange.SaeTensor.Shape.WIDTH;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.SafetensorsException;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.dictionary.sae.SaeWeights.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A hook point's folder of EleutherAI's sparsify: {@code cfg.json} and {@code sae.safetensors} (MATHEMATICS.md,
 * "Exchange"). Its name is the hook's.
 *
 * @see <a href="https://github.com/EleutherAI/sparsify">sparsify</a>
 */
final class SparsifyFolder {
    static final String WEIGHTS = "sae.safetensors";
    private static final String CONFIG = "cfg.json";
    private static final List<SaeTensor> TENSORS = List.of(
            new SaeTensor(SaeWeights.ENCODER, "encoder.weight", LATENTS_BY_WIDTH),
            new SaeTensor(SaeWeights.ENCODER_BIAS, "encoder.bias", LATENTS),
            new SaeTensor(SaeWeights.DECODER, "W_dec", LATENTS_BY_WIDTH),
            new SaeTensor(SaeWeights.DECODER_BIAS, "b_dec", WIDTH));

    private SparsifyFolder() {}

    /** @throws ExchangeException if it is not a TopK SAE, whole and finite */
    static ForeignSae read(Path folder) {
        Config config = Config.read(folder.resolve(CONFIG));
        config.oneOf("activation", "topk", List.of("topk"));
        for (String option : List.of("transcode", "skip_connection")) {
            if (config.flag(option, false)) {
                throw config.wrong(option, "false: transcoders are not dictionaries of one hook point", true);
            }
        }
        int width = config.count("d_in");
        int latents = latents(config, width);
        int k = config.count("k");
        if (k > latents) {
            throw config.wrong("k", "at most num_latents, " + latents, k);
        }
        Path file = folder.resolve(WEIGHTS);
        try {
            SaeWeights weights = new SaeWeights(
                    new SaeWeights.Rule(Architecture.TOPK, k, false, true, "none"),
                    width,
                    latents,
                    SaeTensor.read(file, Safetensors.open(file), TENSORS, latents, width));
            ObjectNode metadata = Json.mapper().createObjectNode();
            metadata.put("hook_name", String.valueOf(folder.toAbsolutePath().getFileName()));
            return new ForeignSae(weights, false, metadata);
        } catch (IOException | SafetensorsException e) {
            throw new ExchangeException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** {@code num_latents}, or where that is 0 a multiple of the width. */
    private static int latents(Config config, int width) {
        if (config.tree().path("num_latents").asLong() != 0) {
            return config.count("num_latents");
        }
        try {
            return Math.multiplyExact(width, config.count("expansion_factor"));
        } catch (ArithmeticException e) {
            throw config.wrong(
                    "expansion_factor", "such that the latents fit 31 bits", config.count("expansion_factor"));
        }
    }
}
