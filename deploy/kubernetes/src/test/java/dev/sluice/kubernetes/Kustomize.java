package dev.sluice.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** {@code kubectl kustomize}, which renders offline. */
final class Kustomize {
    static final Path ROOT = Path.of("").toAbsolutePath();
    static final List<String> OVERLAYS = List.of("overlays/dev", "overlays/single-node-gpu", "overlays/prod");

    /** Beside the overlays, what is applied for itself. */
    static final List<String> ALL =
            Stream.concat(OVERLAYS.stream(), Stream.of("components/replay")).toList();

    private static final String KUSTOMIZE = "Kustomize Version: v5";
    private static final Map<String, List<Manifest>> RENDERED = new ConcurrentHashMap<>();

    private Kustomize() {}

    /** Skips the calling test where there is no kubectl that knows components. */
    static void assumeInstalled() {
        assumeTrue(
                version().contains(KUSTOMIZE),
                "no kubectl with Kustomize 5 (1.27 or newer) is installed: the manifests are not rendered");
    }

    private static String version() {
        try {
            return output(start("version", "--client"));
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Renders once and remembers it.
     *
     * @param folder below deploy/kubernetes
     */
    static List<Manifest> render(String folder) {
        return RENDERED.computeIfAbsent(folder, Kustomize::rendered);
    }

    private static List<Manifest> rendered(String folder) {
        try {
            Process process = start("kustomize", folder);
            String output = output(process);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("kubectl kustomize " + folder + " says: " + output);
            }
            return Manifest.parse(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rendering " + folder, e);
        }
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("kubectl").directory(ROOT.toFile());
        builder.command().addAll(List.of(arguments));
        return builder.redirectErrorStream(true).start();
    }
}
