package dev.sluice.producer.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.hub.net.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of one commit, as {@code huggingface_hub} keeps them from version 2 on: a commit never changes, so it is
 * asked for once.
 *
 * <pre>{@code {"format_version": 1, "files": {"<path>": {"size", "blob_id", "lfs_sha256", "lfs_size"}}}}</pre>
 */
record TreeFile(Path path) {

    private static final int FORMAT_VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();

    /** Empty if there is none, or none that is understood. */
    Optional<List<RepoFile>> read() {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try {
            JsonNode tree = JSON.readTree(Files.readAllBytes(path));
            if (tree.path("format_version").asInt() != FORMAT_VERSION) {
                return Optional.empty();
            }
            List<RepoFile> files = new ArrayList<>();
            for (Map.Entry<String, JsonNode> entry : tree.path("files").properties()) {
                JsonNode file = entry.getValue();
                boolean large = file.hasNonNull("lfs_sha256");
                Optional<ContentHash> hash = ContentHash.parse(
                        file.path(large ? "lfs_sha256" : "blob_id").asText());
                long size = file.path(large ? "lfs_size" : "size").asLong(-1);
                if (hash.isEmpty() || size < 0 || !RepoPath.isSafe(entry.getKey())) {
                    return Optional.empty();
                }
                files.add(
                        new RepoFile(entry.getKey(), size, file.path("blob_id").asText(), hash.get()));
            }
            return Optional.of(files);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HubException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Where the cache can be written. */
    void tryWrite(List<RepoFile> files) {
        ObjectNode tree = JSON.createObjectNode().put("format_version", FORMAT_VERSION);
        ObjectNode all = tree.putObject("files");
        files.stream().sorted(Comparator.comparing(RepoFile::path)).forEach(file -> {
            ObjectNode entry =
                    all.putObject(file.path()).put("size", file.size()).put("blob_id", file.oid());
            if (file.hash().isSha256()) {
                entry.put("lfs_sha256", file.hash().hex()).put("lfs_size", file.size());
            }
        });
        RepoCache.tryWrite(path, tree.toPrettyString());
    }
}
