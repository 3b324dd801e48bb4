package dev.sluice.producer.hub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A repository of the {@link TestHub}: one commit, and the branches that lead to it. */
final class TestRepo {
    /** Larger files are kept outside git, behind the content network. */
    private static final int LARGE = 1000;

    private static final ObjectMapper JSON = new ObjectMapper();

    final String path;
    final String commit;
    final Map<String, byte[]> files = new LinkedHashMap<>();
    final Map<String, String> listedHashes = new LinkedHashMap<>();
    final Map<String, Long> listedSizes = new LinkedHashMap<>();
    String revisions = "main";
    String licence = "apache-2.0";
    boolean gated;
    boolean secret;

    /** @param path {@code models/org/name} or {@code datasets/org/name} */
    TestRepo(String path, int commit) {
        this.path = path;
        this.commit = String.format("%040x", commit);
    }

    TestRepo with(String file, byte[] content) {
        files.put(file, content);
        return this;
    }

    TestRepo with(String file, String content) {
        return with(file, content.getBytes(StandardCharsets.UTF_8));
    }

    byte[] content(String file) {
        return Objects.requireNonNull(files.get(file), file);
    }

    /** The etag of a file, and the name of its blob. */
    String hash(String file) {
        return hash(content(file));
    }

    boolean has(String revision) {
        return revision.equals(commit) || revision.equals(revisions);
    }

    byte[] info() {
        ObjectNode info =
                JSON.createObjectNode().put("id", path).put("sha", commit).put("gated", gated);
        info.putObject("cardData").put("license", licence);
        ArrayNode siblings = info.putArray("siblings");
        files.keySet().forEach(file -> siblings.addObject().put("rfilename", file));
        return info.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Some of the files, as the tree of the API describes them. */
    byte[] tree(int from, int until) {
        ArrayNode tree = JSON.createArrayNode();
        tree.addObject().put("type", "directory").put("oid", "0".repeat(40)).put("path", "a-folder");
        files.entrySet().stream().skip(from).limit(until - from).forEach(file -> {
            String name = file.getKey();
            byte[] content = file.getValue();
            String hash = listedHashes.getOrDefault(name, hash(content));
            long size = listedSizes.getOrDefault(name, (long) content.length);
            ObjectNode entry = tree.addObject()
                    .put("type", "file")
                    .put("oid", isLarge(content) ? gitSha1(hash.getBytes(StandardCharsets.UTF_8)) : hash)
                    .put("size", size)
                    .put("path", name);
            if (isLarge(content)) {
                entry.putObject("lfs").put("oid", hash).put("size", size).put("pointerSize", 134);
            }
        });
        return tree.toString().getBytes(StandardCharsets.UTF_8);
    }

    static boolean isLarge(byte[] content) {
        return content.length > LARGE;
    }

    static String hash(byte[] content) {
        return isLarge(content) ? hex("SHA-256", content) : gitSha1(content);
    }

    private static String gitSha1(byte[] content) {
        byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[head.length + content.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        return hex("SHA-1", all);
    }

    private static String hex(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
