package dev.sluice.trainer.exchange;

import static dev.sluice.trainer.exchange.SaeTensor.Shape.LATENTS;
import static dev.sluice.trainer.exchange.SaeTensor.Shape.LATENTS_BY_WIDTH;
import static dev.sluice.trainer.exchange.SaeTensor.Shape.WIDTH;
import static dev.sluice.trainer.exchange.SaeTensor.Shape.WIDTH_BY_LATENTS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.SafetensorsException;
import dev.sluice.producer.tensor.SafetensorsWriter;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.dictionary.sae.SaeWeights.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The folder that {@code SAE.load_from_disk} of SAELens reads: {@code cfg.json} and {@code sae_weights.safetensors}, as
 * SAELens 6 writes them; of the flat {@code cfg.json} of older ones what decides the codes (MATHEMATICS.md,
 * "Exchange").
 *
 * @see <a href="https://github.com/decoderesearch/SAELens">SAELens</a>
 */
final class SaelensFolder {
    static final String WEIGHTS = "sae_weights.safetensors";
    static final String CONFIG = "cfg.json";

    /** From this version on, {@code metadata} is read as it stands. */
    private static final String VERSION = "6.18.0";

    private static final Map<Architecture, String> ARCHITECTURES = Map.of(
            Architecture.STANDARD, "standard",
            Architecture.TOPK, "topk",
            Architecture.JUMP_RELU, "jumprelu",
            Architecture.GATED, "gated");
    private static final Map<String, String> NORMALISATIONS = Map.of(
            "none", "none",
            // Its factor belongs to training and is folded before the folder is written.
            "expected_average_only_in", "none",
            "layer_norm", "layer-norm",
            "constant_norm_rescale", "constant-norm-rescale");
    private static final String CENTRED = "center_writing_weights";

    private SaelensFolder() {}

    /**
     * Writes the folder.
     *
     * @param metadata of model, hook and data
     * @throws IOException if the disk does not take it
     */
    static void write(SaeWeights weights, Map<String, Object> metadata, Path folder) throws IOException {
        ObjectNode config = Json.mapper().createObjectNode();
        config.put("architecture", ARCHITECTURES.get(weights.architecture()));
        config.put("d_in", weights.width());
        config.put("d_sae", weights.latents());
        config.put("dtype", "float32");
        config.put("device", "cpu");
        config.put("apply_b_dec_to_input", weights.centresInput());
        config.put("normalize_activations", weights.normalisation().replace('-', '_'));
        config.put("reshape_activations", "none");
        if (weights.architecture() == Architecture.TOPK) {
            config.put("k", weights.k());
            config.put("rescale_acts_by_decoder_norm", weights.selectsByNorm());
        }
        ObjectNode provenance = config.putObject("metadata");
        provenance.put("sae_lens_version", VERSION);
        metadata.forEach((key, value) -> provenance.set(key, Json.mapper().valueToTree(value)));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (SaeTensor tensor : tensors(weights.architecture())) {
            writer.tensor(tensor.write(weights.tensor(tensor.name()), weights.latents(), weights.width()));
        }
        Files.createDirectories(folder);
        writer.writeTo(folder.resolve(WEIGHTS));
        Files.writeString(folder.resolve(CONFIG), config.toPrettyString() + "\n");
    }

    private static List<SaeTensor> tensors(Architecture architecture) {
        List<SaeTensor> tensors = new ArrayList<>(List.of(
                new SaeTensor(SaeWeights.ENCODER, "W_enc", WIDTH_BY_LATENTS),
                new SaeTensor(SaeWeights.DECODER, "W_dec", LATENTS_BY_WIDTH),
                new SaeTensor(SaeWeights.DECODER_BIAS, "b_dec", WIDTH)));
        if (architecture == Architecture.GATED) {
            tensors.add(new SaeTensor(SaeWeights.GATE_BIAS, "b_gate", LATENTS));
            tensors.add(new SaeTensor(SaeWeights.MAGNITUDE_BIAS, "b_mag", LATENTS));
            tensors.add(new SaeTensor(SaeWeights.LOG_SCALE, "r_mag", LATENTS));
        } else {
            tensors.add(new SaeTensor(SaeWeights.ENCODER_BIAS, "b_enc", LATENTS));
        }
        if (architecture == Architecture.JUMP_RELU) {
            tensors.add(new SaeTensor(SaeWeights.THRESHOLD, "threshold", LATENTS));
        }
        return tensors;
    }

    /** @throws ExchangeException if it is not an SAE of an architecture that Sluice knows, whole and finite */
    static ForeignSae read(Path folder) {
        Config config = Config.read(folder.resolve(CONFIG));
        config.oneOf("reshape_activations", "none", List.of("none"));
        Architecture architecture = architecture(config);
        int width = config.count("d_in");
        int latents = config.count("d_sae");
        int k = architecture == Architecture.TOPK ? k(config, latents) : 0;
        String normalisation = config.oneOf("normalize_activations", "none", NORMALISATIONS.keySet());
        SaeWeights weights = new SaeWeights(
                new SaeWeights.Rule(
                        architecture,
                        k,
                        architecture == Architecture.TOPK && config.flag("rescale_acts_by_decoder_norm", false),
                        config.flag("apply_b_dec_to_input", true),
                        NORMALISATIONS.getOrDefault(normalisation, normalisation)),
                width,
                latents,
                read(folder.resolve(WEIGHTS), architecture, latents, width));
        return new ForeignSae(weights, isCentred(config), metadata(config));
    }

    private static Architecture architecture(Config config) {
        boolean isOldTopK = config.text("activation_fn_str", "relu").equals("topk");
        String name = isOldTopK ? "topk" : config.oneOf("architecture", "standard", ARCHITECTURES.values());
        return ARCHITECTURES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private static int k(Config config, int latents) {
        Config holder = config.has("k")
                ? config
                : new Config(config.file(), config.tree().path("activation_fn_kwargs"));
        int k = holder.count("k");
        if (k > latents) {
            throw config.wrong("k", "at most d_sae, " + latents, k);
        }
        return k;
    }

    private static Map<String, float[]> read(Path file, Architecture architecture, int latents, int width) {
        try {
            return SaeTensor.read(file, Safetensors.open(file), tensors(architecture), latents, width);
        } catch (IOException | SafetensorsException e) {
            throw new ExchangeException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static JsonNode provenance(Config config) {
        return config.tree().path("metadata").isObject() ? config.tree().path("metadata") : config.tree();
    }

    /** Weights that were processed give other activations than the model's own; only centring can be made good here. */
    private static boolean isCentred(Config config) {
        JsonNode processing = provenance(config).path("model_from_pretrained_kwargs");
        Iterable<String> names = processing::fieldNames;
        for (String name : names) {
            if (processing.get(name).asBoolean() && !name.equals(CENTRED)) {
                throw config.wrong(
                        "model_from_pretrained_kwargs",
                        "without processing other than " + CENTRED,
                        name + ": " + processing.get(name));
            }
        }
        return processing.path(CENTRED).asBoolean();
    }

    private static ObjectNode metadata(Config config) {
        ObjectNode metadata = Json.mapper().createObjectNode();
        for (String key : List.of("model_name", "hook_name", "context_size", "prepend_bos", "dataset_path")) {
            JsonNode value = provenance(config).path(key);
            if (value.isValueNode() && !value.isNull()) {
                metadata.set(key, value);
            }
        }
        return metadata;
    }
}
