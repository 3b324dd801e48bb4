package dev.sluice.producer.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.hub.net.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stops downloads at seeded random bytes, by cutting the network and by {@code kill -9}, and starts them again. A long
 * campaign: {@code -Dsluice.kills=100 -Dsluice.kill.seed=7}.
 */
class DownloadKillIT {
    private static final int KILLS = Integer.getInteger("sluice.kills", 2);
    private static final int CUTS = 10 * KILLS;
    private static final long SEED = Long.getLong("sluice.kill.seed", 1);
    private static final int WEIGHTS = 600_000;
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    private final TestRepo repo = TestRepos.model(WEIGHTS);

    /** All that is fetched of the repository. */
    private final long bytes =
            List.of("config.json", "generation_config.json", "tokenizer.json", "model.safetensors").stream()
                    .mapToLong(file -> repo.content(file).length)
                    .sum();

    @Test
    void shouldGoOnAfterTheNetworkWasCutAtAnyByte() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < CUTS; i++) {
            long cut = i == 0 ? 0 : i == 1 ? bytes - 1 : random.nextLong(bytes);
            Path home = folder.resolve("cut-" + i);
            try (TestHub server = TestHub.start()) {
                server.add(repo);
                server.budget.set(cut);
                TestClient client = new TestClient(server.endpoint(), home);

                assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                        .as("cut at byte %d", cut)
                        .isInstanceOf(HubException.class)
                        .hasMessageContaining("what has come is kept");

                goesOn(server, client, cut);
            }
        }
    }

    @Test
    void shouldGoOnAfterAKillAtAnyByte() throws Exception {
        Random random = new Random(SEED);
        for (int i = 0; i < KILLS; i++) {
            long kill = random.nextLong(bytes);
            Path home = Files.createDirectories(folder.resolve("kill-" + i));
            try (TestHub server = TestHub.start()) {
                server.add(repo);
                server.holds.set(true);
                server.budget.set(kill);
                Process process =
                        FetchProcess.start(server.endpoint(), home, TestRepos.MODEL, folder.resolve("log-" + i));
                assertThat(server.exhausted.await(LIMIT_SECONDS, TimeUnit.SECONDS))
                        .isTrue();
                process.destroyForcibly().waitFor();

                goesOn(server, new TestClient(server.endpoint(), home), kill);
            }
        }
    }

    /** What was on the way in ranges is lost at most. */
    private void goesOn(TestHub server, TestClient client, long served) throws IOException {
        Path blob = client.cache().resolve("models--org--tiny/blobs").resolve(repo.hash("model.safetensors"));
        Path part = blob.resolveSibling(blob.getFileName() + ".sluice.incomplete");
        long kept = Files.exists(part) ? Files.size(part) : 0;
        assertThat(blob).as("after %d bytes", served).doesNotExist();
        assertThat(kept).isBetween(0L, Math.max(0, served));
        server.requests.clear();
        server.budget.set(Long.MAX_VALUE);

        ModelSource model = client.model(TestRepos.MODEL);

        assertThat(model.folder().resolve("model.safetensors"))
                .as("after %d bytes", served)
                .hasBinaryContent(repo.content("model.safetensors"));
        assertThat(part).doesNotExist();
        assertThat(server.requests.stream()
                        .filter(request -> request.contains("Signature"))
                        .mapToLong(request -> Long.parseLong(request.replaceFirst(".*bytes=(\\d+)-.*", "$1"))))
                .as("after %d bytes, %d of them kept", served, kept)
                .allMatch(from -> from >= kept)
                .contains(kept);
    }
}
