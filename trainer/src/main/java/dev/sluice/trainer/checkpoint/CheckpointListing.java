package dev.sluice.trainer.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.tensor.Tensor;
import dev.sluice.trainer.checkpoint.CheckpointException.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The state of variants as their files tell it: the newest checkpoint of each, verified; by variant. */
public final class CheckpointListing {
    private static final String FOLDER = "checkpoints";

    private final List<StoredCheckpoint> checkpoints;

    private CheckpointListing(List<StoredCheckpoint> checkpoints) {
        this.checkpoints = checkpoints;
    }

    /**
     * @param path a checkpoint file, a variant's folder, a folder of those, or a data folder with one
     * @throws CheckpointException if there is no checkpoint, or one is torn or foreign
     */
    public static CheckpointListing of(Path path) {
        if (Files.isRegularFile(path)) {
            return new CheckpointListing(List.of(storeOf(path).openNamed(path)));
        }
        if (!Files.isDirectory(path)) {
            throw new CheckpointException(Fault.MISSING, path + ": there is no such file or folder");
        }
        Path inData = path.resolve(FOLDER);
        Path folder = Files.isDirectory(inData) ? inData : path;
        List<StoredCheckpoint> found = new ArrayList<>();
        CheckpointStore ofVariant = storeOf(folder.resolve("file"));
        ofVariant.latest(folder).ifPresent(found::add);
        CheckpointStore store = new CheckpointStore(folder);
        for (Path variant : foldersIn(folder)) {
            store.latest(variant).ifPresent(found::add);
        }
        if (found.isEmpty()) {
            throw new CheckpointException(Fault.MISSING, path + ": there is no checkpoint in this folder");
        }
        return new CheckpointListing(found);
    }

    /** The store whose variant folder holds this file. */
    private static CheckpointStore storeOf(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        Path root = folder == null ? null : folder.getParent();
        return new CheckpointStore(root == null ? file.toAbsolutePath() : root);
    }

    private static List<Path> foldersIn(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    public List<StoredCheckpoint> checkpoints() {
        return List.copyOf(checkpoints);
    }

    /** One line each: {@code <variant> <row> <sha256>}. */
    public List<String> lines() {
        return checkpoints.stream()
                .map(checkpoint -> checkpoint.header().spec().id() + " "
                        + checkpoint.header().row() + " " + checkpoint.sha256())
                .toList();
    }

    /** Everything but the tensors' values. */
    public String json() {
        ArrayNode all = Json.mapper().createArrayNode();
        checkpoints.forEach(checkpoint -> all.add(describe(checkpoint)));
        return all.toPrettyString();
    }

    private static ObjectNode describe(StoredCheckpoint checkpoint) {
        ObjectNode node = Json.mapper().createObjectNode();
        node.put("variant", checkpoint.header().spec().id());
        node.put("file", checkpoint.file());
        node.put("bytes", checkpoint.bytes());
        node.put("sha256", checkpoint.sha256());
        node.setAll((ObjectNode) Json.mapper().valueToTree(checkpoint.header()));
        ArrayNode tensors = node.putArray("tensors");
        for (String name : checkpoint.content().names()) {
            Tensor tensor = checkpoint.content().tensor(name);
            ObjectNode entry = tensors.addObject()
                    .put("name", name)
                    .put("dtype", tensor.dtype().name());
            ArrayNode shape = entry.putArray("shape");
            for (long dimension : tensor.shape()) {
                shape.add(dimension);
            }
        }
        return node;
    }
}
