package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An image as a container engine would run it, without one: its layers in a folder that is mounted read-only, its
 * user, its environment and its entry point, a temporary folder and what is bound from outside.
 */
final class UnpackedImage {
    /** The container's processes see the root below, their own /proc, the machine's /dev and network. */
    private static final String RUN = """
            set -e
            root=$1 && shift
            mount --bind "$root" "$root"
            mount -t proc proc "$root/proc"
            mount --rbind /dev "$root/dev"
            mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
            while [ "$1" != -- ]; do mount --bind "$1" "$root$2" && shift 2; done
            shift
            mount -o remount,ro,bind "$root"
            exec chroot --userspec="$USER_OF_IMAGE" "$root" "$@"
            """;

    private final Path root;
    private final JsonNode config;

    private UnpackedImage(Path root, JsonNode config) {
        this.root = root;
        this.config = config;
    }

    /**
     * Unpacks a tar as {@code docker save} writes it.
     *
     * @param folder that is filled with the image's files
     */
    static UnpackedImage of(Path tar, Path folder) throws IOException, InterruptedException {
        Path parts = Files.createDirectories(folder.resolve("parts"));
        Path root = Files.createDirectories(folder.resolve("root"));
        run("tar", "-xf", tar.toString(), "-C", parts.toString());
        ObjectMapper json = new ObjectMapper();
        JsonNode image = json.readTree(parts.resolve("manifest.json").toFile()).get(0);
        for (JsonNode layer : image.path("Layers")) {
            run(
                    "tar",
                    "--warning=no-unknown-keyword",
                    "-xzpf",
                    parts.resolve(layer.asText()).toString(),
                    "-C",
                    root.toString());
        }
        JsonNode config =
                json.readTree(parts.resolve(image.path("Config").asText()).toFile());
        run("rm", "-r", parts.toString());
        return new UnpackedImage(root, config.path("config"));
    }

    /**
     * A process of this image.
     *
     * @param environment beside the image's own
     * @param mounts folders of this machine by their path in the container, both existing
     */
    ProcessBuilder start(Map<String, String> environment, Map<String, Path> mounts) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child=TERM"));
        command.addAll(List.of("sh", "-c", RUN, "container", root.toString()));
        for (Map.Entry<String, Path> mount : mounts.entrySet()) {
            Files.createDirectories(root.resolve(mount.getKey().substring(1)));
            command.addAll(List.of(mount.getValue().toString(), mount.getKey()));
        }
        command.add("--");
        config.path("Entrypoint").forEach(word -> command.add(word.asText()));
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().clear();
        process.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        process.environment().put("USER_OF_IMAGE", user());
        process.environment().putAll(environment());
        process.environment().putAll(environment);
        return process;
    }

    String user() {
        return config.path("User").asText();
    }

    /** As the image sets it. */
    Map<String, String> environment() {
        return Workload.elements(config.path("Env"))
                .map(JsonNode::asText)
                .collect(Collectors.toMap(
                        variable -> variable.substring(0, variable.indexOf('=')),
                        variable -> variable.substring(variable.indexOf('=') + 1)));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ends with " + status);
        }
    }
}
