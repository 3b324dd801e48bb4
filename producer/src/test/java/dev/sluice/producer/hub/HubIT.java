package dev.sluice.producer.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.model.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models by name against a server that behaves as the hub does. */
class HubIT {
    private static final int WEIGHTS = 300_000;

    @TempDir
    private Path home;

    private TestHub server;
    private TestRepo repo;
    private TestClient client;

    @BeforeEach
    void start() {
        server = TestHub.start();
        repo = server.add(TestRepos.model(WEIGHTS));
        client = new TestClient(server.endpoint(), home);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldLayOutTheCacheAsHuggingfaceHubDoes() throws Exception {
        ModelSource model = client.model(TestRepos.MODEL);

        Path folder = client.cache().resolve("models--org--tiny");
        assertThat(model)
                .isEqualTo(new ModelSource(
                        TestRepos.MODEL, folder.resolve("snapshots").resolve(repo.commit), repo.commit));
        assertThat(folder.resolve("refs/main")).hasContent(repo.commit);
        for (String file : List.of("config.json", "tokenizer.json", "generation_config.json", "model.safetensors")) {
            byte[] content = repo.content(file);
            Path link = model.folder().resolve(file);
            assertThat(Files.readSymbolicLink(link)).hasToString("../../blobs/" + TestRepo.hash(content));
            assertThat(link).hasBinaryContent(content);
        }
        assertThat(names(folder.resolve("blobs"))).hasSize(4);
        assertThat(client.cache().resolve("CACHEDIR.TAG")).isRegularFile();
    }

    @Test
    void shouldFetchOnlyWhatIsNeededAndSayTheLicence() {
        client.model(TestRepos.MODEL);

        assertThat(server.requests).noneMatch(request -> request.contains("README") || request.contains("pytorch"));
        assertThat(client.said).containsExactly("model org/tiny at " + repo.commit + ", licence apache-2.0");
        assertThat(client.all).isEqualTo(WEIGHTS);
        assertThat(client.have).isEqualTo(WEIGHTS);
    }

    @Test
    void shouldFetchLargeFilesInRanges() {
        client.model(TestRepos.MODEL);

        assertThat(server.requests.stream().filter(request -> request.contains("Signature")))
                .hasSize((WEIGHTS + TestClient.RANGE_BYTES - 1) / TestClient.RANGE_BYTES);
    }

    @Test
    void shouldSendTheTokenToTheHubAndToNobodyElse() {
        repo.secret = true;

        client.with("HF_TOKEN", TestHub.TOKEN).model(TestRepos.MODEL);

        assertThat(server.authorizations).isNotEmpty().containsOnly("Bearer " + TestHub.TOKEN);
        assertThat(server.authorizationsAtContent).isNotEmpty().containsOnly("null");
    }

    @Test
    void shouldReadTheTokenFile() throws Exception {
        repo.secret = true;
        Path file = home.resolve(".cache/huggingface/token");
        Files.createDirectories(file.getParent());
        Files.writeString(file, TestHub.TOKEN + "\n");

        assertThat(client.model(TestRepos.MODEL).revision()).isEqualTo(repo.commit);
    }

    @Test
    void shouldAskForNothingTwice() {
        client.model(TestRepos.MODEL);
        server.requests.clear();

        client.model(TestRepos.MODEL);
        assertThat(server.requests).containsExactly("GET /api/models/org/tiny/revision/main");
        server.requests.clear();

        client.model(TestRepos.MODEL + "@" + repo.commit);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void shouldUseTheCacheWithoutAnyRequestWhenOffline() {
        ModelSource model = client.model(TestRepos.MODEL);
        server.requests.clear();

        assertThat(client.with("HF_HUB_OFFLINE", "1").model(TestRepos.MODEL)).isEqualTo(model);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void shouldUseACacheThatAnOlderHuggingfaceHubWrote() throws Exception {
        Path folder = client.cache().resolve("models--org--tiny");
        Path snapshot = Files.createDirectories(folder.resolve("snapshots").resolve(repo.commit));
        Files.createDirectories(folder.resolve("blobs"));
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors", "pytorch_model.bin")) {
            String hash = repo.hash(file);
            Files.write(folder.resolve("blobs").resolve(hash), repo.content(file));
            Files.createSymbolicLink(snapshot.resolve(file), Path.of("../../blobs", hash));
        }
        Files.createDirectories(folder.resolve("refs"));
        Files.writeString(folder.resolve("refs/main"), repo.commit);

        assertThat(client.with("HF_HUB_OFFLINE", "1").model(TestRepos.MODEL).folder())
                .isEqualTo(snapshot);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void shouldGoOnWithTheCacheWhenTheHubCannotBeReached() {
        ModelSource model = client.model(TestRepos.MODEL);
        server.close();

        assertThat(client.model(TestRepos.MODEL)).isEqualTo(model);
        assertThat(client.said).last().asString().contains(" cannot be reached (", "going on with what the cache has");
    }

    @Test
    void shouldSayWhatToDoOffline() {
        assertThatThrownBy(() -> client.with("HF_HUB_OFFLINE", "1").model(TestRepos.MODEL))
                .isInstanceOf(HubException.class)
                .hasMessage("HF_HUB_OFFLINE is set and the cache " + client.cache() + " has nothing of org/tiny; start"
                        + " once without it where " + server.endpoint() + " can be reached, or copy models--org--tiny"
                        + " into " + client.cache() + " from another machine's cache, or give a path instead of the"
                        + " name");
    }

    @Test
    void shouldSayWhatToDoWithoutANetwork() {
        server.close();

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith(server.endpoint() + " cannot be reached and the cache ")
                .hasMessageContaining("check the network and HTTPS_PROXY, or copy models--org--tiny");
    }

    @Test
    void shouldTellOneRevisionFromAnother() {
        TestRepo other = TestRepos.model(WEIGHTS + 1);
        TestRepo older = new TestRepo(repo.path, 0xB2);
        other.files.forEach(older::with);
        older.revisions = "step3000";
        server.add(older);

        assertThat(client.model("org/tiny@step3000").revision()).isEqualTo(older.commit);
        assertThat(client.model("org/tiny").revision()).isEqualTo(repo.commit);
        assertThat(client.model("org/tiny@" + older.commit).revision()).isEqualTo(older.commit);
        assertThatThrownBy(() -> client.model("org/tiny@absent"))
                .hasMessageStartingWith("revision 'absent' of org/tiny does not exist on " + server.endpoint());
    }

    @Test
    void shouldFollowARepositoryThatMoved() {
        server.moved.put("/org/old", "/org/tiny");

        assertThat(client.model("org/old").revision()).isEqualTo(repo.commit);
    }

    @Test
    void shouldSayWhenThereIsNoSuchRepository() {
        assertThatThrownBy(() -> client.model("org/absent"))
                .hasMessage("'org/absent' is neither a path that exists nor a model that can be read at "
                        + server.endpoint() + ": check its spelling; a private one needs a token in HF_TOKEN");
        assertThatThrownBy(() -> client.with("HF_TOKEN", TestHub.TOKEN).model("org/absent"))
                .hasMessageContaining("and that the token (HF_TOKEN) may read it");
    }

    @Test
    void shouldSayHowToReadAGatedModel() {
        repo.gated = true;

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .hasMessageStartingWith("org/tiny is gated: accept its terms at " + server.endpoint()
                        + "/org/tiny and set HF_TOKEN to a token of that account");
    }

    @Test
    void shouldSayThatTheTokenIsWrong() {
        assertThatThrownBy(() -> client.with("HF_TOKEN", "hf_old").model(TestRepos.MODEL))
                .hasMessageStartingWith(server.endpoint() + " refuses the token (HF_TOKEN, or the token file")
                .hasMessageNotContaining("hf_old");
    }

    @Test
    void shouldWaitAsLongAsTheServerAsks() {
        server.answers.add(new TestHub.Answer(429, Map.of("Retry-After", "7")));
        server.answers.add(new TestHub.Answer(503, Map.of()));
        server.contentAnswers.add(new TestHub.Answer(500, Map.of()));

        client.model(TestRepos.MODEL);

        assertThat(client.pauses).hasSize(3);
        assertThat(client.pauses.get(0)).hasSeconds(7);
    }

    @Test
    void shouldGiveUpOnAServerThatAsksForHours() {
        server.answers.add(new TestHub.Answer(429, Map.of("Retry-After", "7200")));

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .hasMessageContaining("status 429 from 127.0.0.1; it asks to wait 7200 s");
        assertThat(client.pauses).isEmpty();
    }

    @Test
    void shouldAskAgainForASignedAddressThatRanOut() {
        server.contentAnswers.add(new TestHub.Answer(403, Map.of()));

        client.model(TestRepos.MODEL);

        assertThat(server.requests.stream()
                        .filter(request -> request.startsWith("HEAD") && request.contains("model.s")))
                .hasSize(2);
    }

    @Test
    void shouldGoOnInARangeWhoseConnectionWasCut() {
        IntStream.of(5000, 1, 0, 16383).forEach(server.cuts::add);

        client.model(TestRepos.MODEL);

        assertThat(client.cache().resolve("models--org--tiny/blobs").resolve(weights()))
                .hasBinaryContent(repo.content("model.safetensors"));
        assertThat(client.have).isEqualTo(WEIGHTS);
    }

    @Test
    void shouldReadFromAServerThatKnowsNoRanges() {
        server.ranges.set(false);
        repo.with("model.safetensors", TestRepos.safetensors(3 * TestClient.RANGE_BYTES));

        client.model(TestRepos.MODEL);

        assertThat(client.cache().resolve("models--org--tiny/blobs").resolve(weights()))
                .hasBinaryContent(repo.content("model.safetensors"));
    }

    @Test
    void shouldRefuseBytesThatWereChangedOnTheirWay() throws Exception {
        server.change = bytes -> {
            bytes[bytes.length / 2] ^= 1;
            return bytes;
        };

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("config.json must have the git's SHA-1 ")
                .hasMessageContaining("they were changed on their way; start again");
        assertThat(names(client.cache().resolve("models--org--tiny/blobs"))).isEmpty();
    }

    @Test
    void shouldStartAgainOverABeginningThatIsNotTheFiles() throws Exception {
        Path blobs = Files.createDirectories(client.cache().resolve("models--org--tiny/blobs"));
        Files.write(blobs.resolve(weights() + ".sluice.incomplete"), new byte[100_000]);

        client.model(TestRepos.MODEL);

        assertThat(blobs.resolve(weights())).hasBinaryContent(repo.content("model.safetensors"));
    }

    @Test
    void shouldRefuseACacheThatIsDamaged() throws Exception {
        client.model(TestRepos.MODEL);
        Path blob = client.cache().resolve("models--org--tiny/blobs").resolve(weights());
        Files.write(blob, new byte[WEIGHTS]);

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .hasMessageStartingWith(blob + " must have the SHA-256 " + weights())
                .hasMessageEndingWith("the file is damaged; delete it, and it is fetched again");
    }

    @Test
    void shouldRefuseAModelThatHasItsWeightsAsPicklesOnly() {
        repo.files.remove("model.safetensors");

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .hasMessageStartingWith("org/tiny has its weights as pickles only (pytorch_model.bin)");
        assertThat(server.requests).noneMatch(request -> request.contains("resolve"));
    }

    @Test
    void shouldRefuseAPickleUnderAnotherName() throws Exception {
        byte[] pickle = new byte[5000];
        System.arraycopy(TestRepos.pickle(), 0, pickle, 0, 10);
        repo.with("model.safetensors", pickle);

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .hasMessageStartingWith("model.safetensors is a pickle, which can run any code");
        assertThat(client.cache().resolve("models--org--tiny/blobs").resolve(TestRepo.hash(pickle)))
                .doesNotExist();
    }

    @Test
    void shouldRefuseAnArchitectureBeforeItsWeightsAreFetched() {
        repo.with("config.json", "{\"model_type\": \"bert\"}");

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model_type must be one of gpt_neox, ")
                .hasMessageContaining("got bert");
        assertThat(server.requests).noneMatch(request -> request.contains("model.safetensors"));
    }

    @Test
    void shouldFetchTheShardsThatTheIndexNames() throws Exception {
        repo.files.remove("model.safetensors");
        repo.with("a-00001-of-00002.safetensors", TestRepos.safetensors(3000));
        repo.with("a-00002-of-00002.safetensors", TestRepos.safetensors(4000));
        repo.with("other.safetensors", TestRepos.safetensors(5000));
        repo.with(
                "model.safetensors.index.json",
                "{\"weight_map\": {\"x\": \"a-00001-of-00002.safetensors\", \"y\": \"a-00002-of-00002.safetensors\"}}");

        ModelSource model = client.model(TestRepos.MODEL);

        assertThat(names(model.folder()))
                .contains("a-00001-of-00002.safetensors", "a-00002-of-00002.safetensors")
                .doesNotContain("other.safetensors");
    }

    @Test
    void shouldRefusePathsThatLeadOutOfTheCache() throws Exception {
        repo.with("../../../evil.json", "{}");

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .hasMessageContaining("a path must be relative, without '.', '..'")
                .hasMessageContaining("got '../../../evil.json'");
        assertThat(client.cache()).doesNotExist();
    }

    @Test
    void shouldRefuseAFileThatDoesNotFitTheDisk() {
        repo.listedSizes.put("model.safetensors", 1L << 60);

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .hasMessageContaining("org/tiny needs 1,152,921,504,606.8 MB in the cache " + client.cache())
                .hasMessageContaining("HF_HOME may name another");
        assertThat(server.requests).noneMatch(request -> request.contains("model.safetensors"));
    }

    @Test
    void shouldRefuseAnEtagThatIsNotTheListedHash() {
        repo.listedHashes.put("model.safetensors", "ab".repeat(32));

        assertThatThrownBy(() -> client.model(TestRepos.MODEL))
                .hasMessageContaining("ETag of model.safetensors in org/tiny must be " + "ab".repeat(32));
    }

    @Test
    void shouldFetchOnceForManyAtOnce() {
        List<CompletableFuture<ModelSource>> all = Stream.generate(() -> new TestClient(server.endpoint(), home))
                .limit(6)
                .map(other -> CompletableFuture.supplyAsync(
                        () -> other.model(TestRepos.MODEL), task -> new Thread(task).start()))
                .toList();

        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(server.requests.stream().filter(request -> request.contains("Signature")))
                .hasSize((WEIGHTS + TestClient.RANGE_BYTES - 1) / TestClient.RANGE_BYTES);
    }

    @Test
    void shouldNameTheCacheThatCannotBeWritten() throws Exception {
        Files.writeString(home.resolve("file"), "");

        assertThatThrownBy(() ->
                        client.with("HF_HOME", home.resolve("file").toString()).model(TestRepos.MODEL))
                .hasMessageContaining("the cache " + home.resolve("file/hub") + " cannot be used")
                .hasMessageContaining("HF_HOME may name another");
    }

    private String weights() {
        return repo.hash("model.safetensors");
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
