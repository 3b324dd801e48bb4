package dev.sluice.producer.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache beside Python's {@code huggingface_hub}; skipped where {@code python3} has none. */
class HuggingfaceHubIT {
    private static final String FETCH = """
            from huggingface_hub import snapshot_download
            files = ["config.json", "generation_config.json", "tokenizer.json", "model.safetensors"]
            print(snapshot_download("org/tiny", allow_patterns=files))
            """;

    @TempDir
    private Path folder;

    private TestHub server;

    @BeforeEach
    void start() throws Exception {
        assumeThat(hasHuggingfaceHub())
                .as("skipped: python3 has no huggingface_hub, so its cache is not compared")
                .isTrue();
        server = TestHub.start();
        server.add(TestRepos.model(100_000));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void shouldWriteTheSameFilesAndLinks() throws Exception {
        TestClient ours = new TestClient(server.endpoint(), folder.resolve("ours"));
        Path theirs = folder.resolve("theirs");

        ours.model(TestRepos.MODEL);
        python(theirs);

        assertThat(content(ours.cache())).isEqualTo(content(theirs.resolve("hub")));
    }

    @Test
    void shouldLetEachUseTheOthersCacheWhenOffline() throws Exception {
        TestClient ours = new TestClient(server.endpoint(), folder.resolve("ours"));
        ModelSource model = ours.model(TestRepos.MODEL);
        Path theirs = folder.resolve("theirs");
        python(theirs);
        server.requests.clear();

        String used = python(ours.cache().resolveSibling("."), "HF_HUB_OFFLINE=1");
        TestClient offline = new TestClient(server.endpoint(), folder.resolve("nowhere"))
                .with("HF_HOME", theirs.toString())
                .with("HF_HUB_OFFLINE", "1");

        assertThat(used.strip()).endsWith(model.folder().toString());
        assertThat(offline.model(TestRepos.MODEL).revision()).isEqualTo(model.revision());
        assertThat(server.requests).isEmpty();
    }

    /** Links by their targets, files by their bytes; without locks. */
    private static Map<String, String> content(Path cache) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(cache)) {
            for (Path file : files.filter(file -> !Files.isDirectory(file)).toList()) {
                String name = cache.relativize(file).toString();
                if (name.startsWith(".locks")) {
                    continue;
                }
                String text = Files.isSymbolicLink(file)
                        ? "-> " + Files.readSymbolicLink(file)
                        : name.endsWith(".json")
                                ? new ObjectMapper().readTree(file.toFile()).toString()
                                : Integer.toString(Arrays.hashCode(Files.readAllBytes(file)));
                content.put(name, text);
            }
        }
        return content;
    }

    private String python(Path home, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "HF_HOME=" + home, "HF_ENDPOINT=" + server.endpoint()));
        command.addAll(List.of(more));
        command.addAll(List.of("python3", "-c", FETCH));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("python.log").toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(() -> read(folder.resolve("python.log")))
                .isZero();
        return output;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean hasHuggingfaceHub() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import huggingface_hub")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
