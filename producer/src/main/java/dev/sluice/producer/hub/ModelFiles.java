package dev.sluice.producer.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The files of a model: first those that say whether Sluice can run it, then its weights. */
final class ModelFiles {

    private static final String CONFIG = "config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final List<String> OPTIONAL = List.of("generation_config.json", "tokenizer_config.json");
    private static final String WHOLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String WHAT = "model";
    private static final JsonMapper JSON = new JsonMapper();

    private final Snapshot snapshot;
    private final List<String> paths;

    ModelFiles(Snapshot snapshot) {
        this.snapshot = snapshot;
        this.paths = snapshot.paths();
    }

    /**
     * Has them in the snapshot's folder.
     *
     * @throws HubException if the model lacks one, or has its weights as pickles only
     * @throws dev.sluice.producer.model.ModelException if the architecture is not supported
     */
    void fetch() {
        boolean whole = paths.contains(WHOLE);
        List<String> small = new ArrayList<>();
        small.add(required(CONFIG));
        if (!whole && !paths.contains(INDEX)) {
            throw withoutWeights();
        }
        small.add(required(TOKENIZER));
        OPTIONAL.stream().filter(paths::contains).forEach(small::add);
        if (!whole) {
            small.add(INDEX);
        }
        snapshot.fetch(small, WHAT);
        ModelConfig.read(snapshot.folder());
        snapshot.fetch(whole ? List.of(WHOLE) : shards(), WHAT);
    }

    private String required(String path) {
        if (!paths.contains(path)) {
            throw snapshot.lacks(path);
        }
        return path;
    }

    private HubException withoutWeights() {
        List<String> pickles = paths.stream().filter(FileContent::isPickle).toList();
        if (pickles.isEmpty()) {
            return snapshot.lacks(WHOLE);
        }
        return new HubException(snapshot.name() + " has its weights as pickles only (" + pickles.get(0)
                + "), which can run any code when they are loaded and are refused; take a revision with " + WHOLE
                + ", or save the model as one");
    }

    private List<String> shards() {
        Path index = snapshot.folder().resolve(INDEX);
        try {
            TreeSet<String> shards = new TreeSet<>();
            for (JsonNode shard : JSON.readTree(Files.readAllBytes(index)).path("weight_map")) {
                shards.add(required(RepoPath.checked(shard.asText(), snapshot.name() + ": " + INDEX)));
            }
            if (shards.isEmpty()) {
                throw new HubException(snapshot.name() + ": " + INDEX + " must name the files of the weights");
            }
            return List.copyOf(shards);
        } catch (IOException e) {
            throw new HubException(index + " cannot be read: " + e.getMessage(), e);
        }
    }
}
