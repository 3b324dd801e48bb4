package dev.sluice.producer.model;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tensors of a Hugging Face model folder: of {@code model.safetensors}, or of the shards its index names. */
final class CheckpointFiles {
    private static final String WHOLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final long MAX_INDEX_BYTES = 64L << 20;
    private static final List<String> PICKLES =
            List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt", "model.pth");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private CheckpointFiles() {}

    /** Maps the files; values are not looked at. */
    static Map<String, Tensor> open(Path folder) {
        try {
            if (Files.exists(folder.resolve(WHOLE))) {
                return tensors(Safetensors.open(folder.resolve(WHOLE)));
            }
            if (Files.exists(folder.resolve(INDEX))) {
                return openShards(folder);
            }
        } catch (IOException e) {
            throw new ModelException("the weights in " + folder + " cannot be read: " + e, e);
        }
        for (String pickle : PICKLES) {
            if (Files.exists(folder.resolve(pickle))) {
                throw new ModelException(folder.resolve(pickle)
                        + " is a pickle, which can run any code and is never read; save the model as " + WHOLE);
            }
        }
        throw new ModelException(folder + " must have " + WHOLE + " or " + INDEX);
    }

    private static Map<String, Tensor> tensors(Safetensors file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        file.names().forEach(name -> tensors.put(name, file.tensor(name)));
        return tensors;
    }

    private static Map<String, Tensor> openShards(Path folder) throws IOException {
        Map<String, String> shardOf = readIndex(folder.resolve(INDEX));
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (String shard : shardOf.values().stream().distinct().sorted().toList()) {
            if (!Files.isRegularFile(folder.resolve(shard))) {
                throw new ModelException("shard " + shard + " of " + folder.resolve(INDEX) + " must exist");
            }
            tensors(Safetensors.open(folder.resolve(shard))).forEach((name, tensor) -> {
                if (!shard.equals(shardOf.get(name))) {
                    throw new ModelException(folder.resolve(INDEX) + " must place tensor '" + name + "' in " + shard
                            + ", where it is, got " + shardOf.get(name));
                }
                all.put(name, tensor);
            });
        }
        shardOf.forEach((name, shard) -> {
            if (!all.containsKey(name)) {
                throw new ModelException(
                        "shard " + shard + " must have tensor '" + name + "', as " + folder.resolve(INDEX) + " says");
            }
        });
        return all;
    }

    private static Map<String, String> readIndex(Path index) throws IOException {
        if (Files.size(index) > MAX_INDEX_BYTES) {
            throw new ModelException(
                    index + " must have at most " + MAX_INDEX_BYTES + " bytes, got " + Files.size(index));
        }
        JsonNode map = JSON.readTree(Files.readAllBytes(index)).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new ModelException(index + ": weight_map must be an object from tensors to files");
        }
        Map<String, String> shardOf = new TreeMap<>();
        map.properties().forEach(entry -> {
            String shard = entry.getValue().asText();
            if (!shard.matches("[\\w-][\\w.-]*\\.safetensors")) {
                throw new ModelException(index + ": weight_map of '" + entry.getKey()
                        + "' must be the name of a .safetensors file beside it, got '" + shard + "'");
            }
            shardOf.put(entry.getKey(), shard);
        });
        return shardOf;
    }
}
