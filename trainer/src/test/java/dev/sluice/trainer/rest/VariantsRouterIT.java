package dev.sluice.trainer.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.BearerToken;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.WebServer;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.spec.UserJson;
import dev.sluice.trainer.spec.VariantReader;
import dev.sluice.trainer.stream.PublishedStream;
import dev.sluice.trainer.stream.SharedBroker;
import dev.sluice.trainer.training.TrainerHarness;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The variants' REST resource on a real server over a real broker; no trainer runs, so states are written by hand. */
class VariantsRouterIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final KafkaConnection KAFKA = SharedBroker.connection();
    private static final String YAML = "application/yaml";
    private static final String JSON = "application/json";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static Vertx vertx;
    private static WebServer server;
    private static String base;
    private static String stream;

    @BeforeAll
    static void serve() {
        stream = new PublishedStream(KAFKA, 8, 301).add(1000, true).spec().id();
        vertx = Vertx.vertx();
        server = new WebServer(vertx, new CollectorRegistry(), new Health(System::nanoTime), WebServer.LOOPBACK, 0)
                .mount("/api/v1/*", router().router());
        base = "http://127.0.0.1:" + server.start() + "/api/v1";
    }

    private static VariantsRouter router() {
        return new VariantsRouter(vertx, KAFKA, TrainerHarness.PARTITIONS, 2, null);
    }

    @AfterAll
    static void stop() {
        server.stop(Duration.ofSeconds(2));
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldAddAVariantOnceAndAnswerTheSameToTheSame() throws Exception {
        String text = "stream: " + stream + "\ndictionary: {kind: topk, latents: 64, k: 4}";

        HttpResponse<String> first = put("twice", text);
        HttpResponse<String> second = put("twice", text);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("Location")).hasValue("/api/v1/variants/twice");
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(etag(second)).isEqualTo(etag(first)).startsWith("\"");
        JsonNode variant = json(second);
        assertThat(variant.path("state").asText()).isEqualTo("waiting");
        assertThat(variant.path("etag").asText()).isEqualTo(etag(first));
        assertThat(variant.path("tokens").isNull()).isTrue();
        assertThat(variant.at("/spec/training/tokens").asLong()).isEqualTo(2000);
        assertThat(json(get("/variants/twice"))).isEqualTo(variant);
        assertThat(ids()).contains("twice").isSorted();
        assertThat(json(get("/variants?stream=no-such-stream")).path("variants"))
                .isEmpty();
    }

    @Test
    void shouldTakeBackWhatItShows() throws Exception {
        put("shown", "stream: " + stream + "\ndictionary: {kind: pca, fixed: [2], per-token: [1, 4]}");
        JsonNode variant = json(get("/variants/shown"));

        HttpResponse<String> again =
                send("PUT", "/variants/shown", variant.path("spec").toString(), JSON);

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(etag(again)).isEqualTo(variant.path("etag").asText());
    }

    @Test
    void shouldRefuseAnotherSpecUnderAnIdNamingWhatDiffers() throws Exception {
        put("taken", topK(64));

        HttpResponse<String> other = put("taken", topK(32));

        assertProblem(other, 409);
        assertThat(json(other).at("/differences/0").asText())
                .isEqualTo("taken.dictionary.latents is 64 there, 32 here");
        assertThat(json(get("/variants/taken")).at("/spec/dictionary/latents").asInt())
                .isEqualTo(64);
    }

    @Test
    void shouldKeepTheGroupUntilAnotherOneIsNamed() throws Exception {
        put("member", "group: some\n" + topK(64));

        HttpResponse<String> unsaid = put("member", topK(64));
        HttpResponse<String> other = put("member", "group: other\n" + topK(64));

        assertThat(unsaid.statusCode()).isEqualTo(200);
        assertThat(json(unsaid).at("/spec/group").asText()).isEqualTo("some");
        assertProblem(other, 409);
        assertThat(json(other).at("/differences/0").asText())
                .isEqualTo("member.group is \"some\" there, \"other\" here");
        assertProblem(put("odd", "group: Some One\n" + topK(64)), 422);
    }

    @Test
    void shouldRefuseAStartBehindTheEndOfACompleteStream() throws Exception {
        put("behind", topK(64));

        HttpResponse<String> replay = send("POST", "/variants/behind/replay", "{\"from\": \"row 1000\"}", JSON);
        HttpResponse<String> added = put("behind-too", "from: row 1000\n" + topK(64));

        assertProblem(replay, 422);
        assertThat(json(replay).at("/violations/0/field").asText()).isEqualTo("from");
        assertThat(json(replay).at("/violations/0/value").asText()).isEqualTo("row 1000");
        assertThat(json(replay).path("detail").asText())
                .isEqualTo("from must be a row below 1000, the rows of the stream, which is complete, got row 1000");
        assertThat(json(get("/variants/behind")).path("generation").asInt()).isZero();
        assertProblem(added, 422);
        assertThat(put("last-row", "from: row 999\n" + topK(64)).statusCode()).isEqualTo(201);
    }

    @Test
    void shouldNameEveryViolationAtOnce() throws Exception {
        HttpResponse<String> refused = put(
                "wrong",
                "stream: " + stream + "\nfrom: yesterday\ncolour: red\ndictionary: {kind: topk, latents: -1, k: many}"
                        + "\ntraining: {learning-rate: -1, warm-up: 2, batch-tokens: 3}");

        assertProblem(refused, 422);
        List<String> fields = StreamSupport.stream(
                        json(refused).path("violations").spliterator(), false)
                .map(violation -> violation.path("field").asText())
                .toList();
        assertThat(fields)
                .containsExactlyInAnyOrder(
                        "from",
                        "colour",
                        "dictionary.latents",
                        "dictionary.k",
                        "training.learning-rate",
                        "training.warm-up",
                        "training.batch-tokens");
        JsonNode latents = violation(refused, "dictionary.latents");
        assertThat(latents.path("rule").asText()).isEqualTo("must be a whole number of at least 1");
        assertThat(latents.path("value").asText()).isEqualTo("-1");
        assertThat(get("/variants/wrong").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldRefuseABillionLatentsWithAnEstimateAndWithoutAllocatingThem() throws Exception {
        HttpResponse<String> refused = put("huge", topK(1_000_000_000));

        assertProblem(refused, 422);
        assertThat(violation(refused, "dictionary.latents").path("rule").asText())
                .contains("at most 2 GiB");
        assertThat(json(refused).at("/estimate/parameters").asDouble()).isEqualTo(17e9 + 8);
        assertThat(get("/variants/huge").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldEstimateWithoutChangingAnything() throws Exception {
        HttpResponse<String> good = send("POST", "/estimates", "id: priced\n" + topK(64), YAML);

        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(json(good).path("acceptable").asBoolean()).isTrue();
        assertThat(json(good).at("/estimate/parameters").asLong()).isEqualTo(2 * 8 * 64 + 64 + 8);
        assertThat(json(good).at("/estimate/tokens").asLong()).isEqualTo(2000);
        assertThat(json(good).at("/spec/dictionary/aux-normalisation").asText()).isEqualTo("saelens");
        JsonNode bad = json(send("POST", "/estimates", topK(64) + "\ntraining: {epochs: 0}", YAML));
        assertThat(bad.path("acceptable").asBoolean()).isFalse();
        assertThat(bad.path("violations")).hasSize(2);
        assertThat(get("/variants/priced").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldEstimateTheTimeFromTheVariantsThatRun() throws Exception {
        put("running", topK(64));
        status("running", 0, "training", 100);

        await().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
            JsonNode estimate = json(send("POST", "/estimates", "id: later\n" + topK(64), YAML))
                    .path("estimate");
            assertThat(estimate.path("running").asInt()).isEqualTo(1);
            // 2,000 tokens of the same size, at two of three shares of what gave 100 tokens/s.
            assertThat(estimate.path("seconds").asDouble()).isEqualTo(30);
        });
        status("running", 0, "finished", 0);
    }

    @Test
    void shouldPauseAndResumeAndNotMindASecondTime() throws Exception {
        put("paused", topK(64));

        HttpResponse<String> paused = post("/variants/paused/pause");
        HttpResponse<String> again = post("/variants/paused/pause");
        HttpResponse<String> resumed = post("/variants/paused/resume");

        assertThat(json(paused).path("paused").asBoolean()).isTrue();
        assertThat(etag(again)).isEqualTo(etag(paused));
        assertThat(json(resumed).path("paused").asBoolean()).isFalse();
        assertThat(etag(resumed)).isNotEqualTo(etag(paused));
    }

    @Test
    void shouldNotPauseWhatHasEnded() throws Exception {
        put("ended", topK(64));
        status("ended", 0, "finished", 0);

        HttpResponse<String> paused = post("/variants/ended/pause");

        assertProblem(paused, 409);
        assertThat(json(paused).path("detail").asText()).contains("finished cannot be paused");
    }

    @Test
    void shouldReplayFromWhereItIsToldAndForgetWhatTheLastGenerationSaid() throws Exception {
        put("again", topK(64));
        status("again", 0, "finished", 0);
        assertThat(json(get("/variants/again")).path("state").asText()).isEqualTo("finished");

        JsonNode plain = json(post("/variants/again/replay"));
        JsonNode fromRow = json(send("POST", "/variants/again/replay", "{\"from\": \"row 500\"}", JSON));

        assertThat(plain.path("generation").asInt()).isEqualTo(1);
        assertThat(plain.path("from").asText()).isEqualTo("earliest");
        assertThat(plain.path("state").asText()).isEqualTo("waiting");
        assertThat(fromRow.path("generation").asInt()).isEqualTo(2);
        assertThat(fromRow.path("from").asText()).isEqualTo("row 500");
        assertProblem(send("POST", "/variants/again/replay", "{\"from\": \"row -1\"}", JSON), 422);
        assertProblem(send("POST", "/variants/again/replay", "{\"form\": \"latest\"}", JSON), 400);
        assertProblem(send("POST", "/variants/again/replay", "from: latest", YAML), 415);
    }

    @Test
    void shouldDeleteByATombstone() throws Exception {
        put("gone", topK(64));

        assertThat(send("DELETE", "/variants/gone", null, null).statusCode()).isEqualTo(204);

        assertThat(VariantTopics.VARIANTS.newest(KAFKA, List.of("gone")).values())
                .isEmpty();
        assertProblem(send("DELETE", "/variants/gone", null, null), 404);
        assertProblem(get("/variants/gone"), 404);
        assertProblem(post("/variants/gone/pause"), 404);
        assertThat(put("gone", topK(32)).statusCode()).isEqualTo(201);
    }

    @Test
    void shouldHonourPreconditions() throws Exception {
        String etag = etag(put("conditional", topK(64)));

        assertProblem(send("PUT", "/variants/conditional", topK(64), YAML, "If-None-Match", "*"), 412);
        assertProblem(send("PUT", "/variants/absent", topK(64), YAML, "If-Match", "*"), 412);
        assertThat(send("GET", "/variants/conditional", null, null, "If-None-Match", etag)
                        .statusCode())
                .isEqualTo(304);
        HttpResponse<String> paused = send("POST", "/variants/conditional/pause", null, null, "If-Match", etag);
        HttpResponse<String> stale = send("POST", "/variants/conditional/replay", null, null, "If-Match", etag);
        assertThat(paused.statusCode()).isEqualTo(200);
        assertProblem(stale, 412);
        assertThat(json(stale).path("etag").asText()).isEqualTo(etag(paused));
        assertProblem(send("DELETE", "/variants/conditional", null, null, "If-Match", etag), 412);
        assertThat(send("DELETE", "/variants/conditional", null, null, "If-Match", "\"x\", " + etag(paused))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void shouldLetOneOfManyWritersWinByTheEtag() throws Exception {
        String etag = etag(put("raced", topK(64)));

        List<Integer> statuses = atOnce(6, i -> {
            try {
                return send("POST", "/variants/raced/replay", null, null, "If-Match", etag)
                        .statusCode();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
        assertThat(json(get("/variants/raced")).path("generation").asInt()).isEqualTo(1);
    }

    @Test
    void shouldLetWritersOfSeveralProcessesTakeTurns() throws Exception {
        put("shared", topK(64));
        List<VariantDesk> desks = IntStream.range(0, 3)
                .mapToObj(i -> new VariantDesk(KAFKA, TrainerHarness.PARTITIONS, 2))
                .toList();

        atOnce(3, i -> desks.get(i).replay("shared", null, Precondition.NONE).generation());

        assertThat(json(get("/variants/shared")).path("generation").asInt()).isEqualTo(3);
    }

    @Test
    void shouldRefuseHostileIdsAndWriteNothing() throws Exception {
        List<String> hostile = List.of("..%2fx", "a%2fb", "a%00", "CON", "-a", "a_b", "%E2%98%83", "a".repeat(64));
        for (String id : hostile) {
            for (String method : List.of("GET", "DELETE")) {
                assertProblem(send(method, "/variants/" + id, null, null), 400);
            }
            HttpResponse<String> refused = put(id, topK(64));
            assertProblem(refused, 400);
            assertThat(json(refused).path("detail").asText()).contains("id");
        }
        for (String path : List.of("/variants/%2e%2e", "/variants/../x", "/variants/%2e%2e/%2e%2e/x")) {
            assertThat(send("PUT", path, topK(64), YAML).statusCode()).isBetween(400, 499);
        }
        assertThat(ids()).allMatch(VariantReader::isId).doesNotContain("x");
    }

    @Test
    void shouldRefuseWhatItCannotRead() throws Exception {
        assertProblem(put("unread", ""), 400);
        assertProblem(send("PUT", "/variants/unread", "{\"dictionary\": ", JSON), 400);
        assertProblem(send("PUT", "/variants/unread", "{\"a\": 1, \"a\": 2}", JSON), 400);
        assertProblem(put("unread", "[".repeat(200) + "]".repeat(200)), 400);
        assertProblem(put("unread", topK(64) + "\n---\n" + topK(64)), 400);
        assertProblem(put("unread", "- a list"), 422);
        assertProblem(send("PUT", "/variants/unread", topK(64), "text/plain"), 415);
        assertProblem(send("PUT", "/variants/unread", topK(64), null), 415);
        assertProblem(put("unread", "# " + "x".repeat(1 << 20) + "\n" + topK(64)), 413);
        assertProblem(put("unread", "id: other\n" + topK(64)), 422);
        assertThat(get("/variants/unread").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldNameTheMethodsThatAreAllowed() throws Exception {
        HttpResponse<String> patched = send("PATCH", "/variants/any", "{}", JSON);

        assertProblem(patched, 405);
        assertThat(patched.headers().firstValue("Allow")).hasValue("DELETE, GET, PUT");
        assertProblem(send("GET", "/variants/any/pause", null, null), 405);
        assertProblem(send("GET", "/variants/any/other", null, null), 404);
        assertProblem(send("GET", "/variants", null, null, "Accept", "text/html"), 406);
        assertProblem(send("GET", "/variants?stream=", null, null), 400);
    }

    @Test
    void shouldRefuseChangesThatABrowserMakesForAnotherSite() throws Exception {
        assertProblem(send("POST", "/variants/nobody/pause", null, null, "Origin", "http://elsewhere.example"), 403);
        assertThat(send("POST", "/variants/nobody/pause", null, null, "Origin", base.replace("/api/v1", ""))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldAskForTheTokenWhereThereIsOne(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "0123456789abcdef");
        VariantsRouter guarded = new VariantsRouter(
                vertx,
                KAFKA,
                TrainerHarness.PARTITIONS,
                2,
                BearerToken.read(file).handler());
        WebServer other = new WebServer(
                        vertx, new CollectorRegistry(), new Health(System::nanoTime), WebServer.LOOPBACK, 0)
                .mount("/api/v1/*", guarded.router());
        String address = "http://127.0.0.1:" + other.start() + "/api/v1";

        HttpResponse<String> without = request(address, "GET", "/variants", null, null);
        assertProblem(without, 401);
        assertThat(without.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(request(address, "PUT", "/variants/guarded", topK(64), YAML).statusCode())
                .isEqualTo(401);
        assertThat(request(
                                address,
                                "PUT",
                                "/variants/guarded",
                                topK(64),
                                YAML,
                                "Authorization",
                                "Bearer 0123456789abcdef")
                        .statusCode())
                .isEqualTo(201);
        other.stop(Duration.ofSeconds(1));
    }

    @Test
    void shouldServeAContractWhoseEveryRouteAnswers() throws Exception {
        put("in-contract", topK(64));
        JsonNode served = json(get("/openapi.json"));
        OpenAPIContract contract = Contract.load(vertx);

        assertThat(UserJson.yaml(get("/openapi.yaml").body())).containsExactly(served);
        List<Operation> deletingLast = contract.operations().stream()
                .sorted(Comparator.comparing(
                        operation -> operation.getHttpMethod().equals(HttpMethod.DELETE)))
                .toList();
        assertThat(deletingLast).allSatisfy(operation -> {
            String path = operation.getOpenAPIPath().replace("{id}", "in-contract");
            String method = operation.getHttpMethod().name();
            boolean body = operation.getRequestBody() != null;
            HttpResponse<String> answer = send(method, path, body ? topK(64) : null, body ? YAML : null);
            assertThat(answer.statusCode()).as("%s %s", method, path).isNotIn(404, 405, 500, 501);
        });
    }

    @Test
    void shouldAnswerOnlyWhatIsInTheContract() {
        Set<String> answered = new TreeSet<>();
        OpenAPIContract contract = Contract.load(vertx);
        router().router().getRoutes().stream()
                .map(route -> route.getPath() == null ? "" : route.getPath())
                .filter(path -> !path.isEmpty())
                .forEach(answered::add);
        Set<String> described = new TreeSet<>();
        contract.getPaths().forEach(path -> described.add(path.getName().replace("{id}", ":id")));

        answered.removeAll(Set.of("/", "/variants/"));
        assertThat(answered).isEqualTo(described);
    }

    @Test
    void shouldShowWhatTheContractPromises() throws Exception {
        put("promised", topK(64));
        status("promised", 0, "catching-up", 50);

        JsonObject variant = new JsonObject(get("/variants/promised").body());

        assertThat(variant.getDouble("remaining_seconds")).isEqualTo(18);
        assertThat(breaches("Variant", variant)).isEmpty();
        assertThat(breaches(
                        "Assessment",
                        new JsonObject(
                                send("POST", "/estimates", topK(64), YAML).body())))
                .isEmpty();
        assertThat(breaches("Problem", new JsonObject(put("promised", topK(-1)).body())))
                .isEmpty();
        assertThat(breaches("Spec", new JsonObject().put("dictionary", new JsonObject().put("kind", "topq"))))
                .isNotEmpty();
        status("promised", 0, "finished", 0);
    }

    /** What is wrong with a value by a schema of the contract; nothing if it keeps to it. */
    private static List<OutputUnit> breaches(String schema, JsonObject value) {
        JsonObject root = new JsonObject()
                .put("$ref", "#/components/schemas/" + schema)
                .put("components", new JsonObject(Contract.tree().toString()).getJsonObject("components"));
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic)
                .setBaseUri("https://sluice.dev/");
        OutputUnit output = Validator.create(JsonSchema.of(root), options).validate(value);
        return output.getErrors() == null ? List.of() : output.getErrors();
    }

    private static String topK(int latents) {
        return "stream: " + stream + "\ndictionary: {kind: topk, latents: " + latents + ", k: 4}";
    }

    private static List<String> ids() throws Exception {
        List<String> ids = new ArrayList<>();
        json(get("/variants"))
                .path("variants")
                .forEach(variant -> ids.add(variant.path("id").asText()));
        return ids;
    }

    private static <T> List<T> atOnce(int count, IntFunction<T> work) {
        List<CompletableFuture<T>> all = IntStream.range(0, count)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> work.apply(i)))
                .toList();
        return all.stream().map(CompletableFuture::join).toList();
    }

    private static void status(String id, int generation, String state, double tokensPerSecond) {
        VariantStatus status = VariantStatus.builder(VariantPhase.of(state)).variant(id).generation(generation).stream(
                        stream)
                .kind("topk")
                .tokens(1100)
                .targetTokens(2000)
                .epoch(1)
                .row(100)
                .lagRows(900)
                .tokensPerSecond(tokensPerSecond)
                .busySeconds(1)
                .checkpointTokens(-1)
                .checkpointMillis(-1)
                .latents(64)
                .parameters(1096)
                .atMillis(System.currentTimeMillis())
                .build();
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(KAFKA.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            var unused = producer.send(
                    new ProducerRecord<>(Topic.STATUS, id.getBytes(StandardCharsets.UTF_8), Json.write(status)));
        }
    }

    private static JsonNode violation(HttpResponse<String> refused, String field) throws Exception {
        return StreamSupport.stream(json(refused).path("violations").spliterator(), false)
                .filter(violation -> violation.path("field").asText().equals(field))
                .findFirst()
                .orElseThrow();
    }

    private static void assertProblem(HttpResponse<String> answer, int status) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(answer).path("status").asInt()).isEqualTo(status);
        assertThat(json(answer).path("detail").asText()).isNotEmpty();
    }

    private static String etag(HttpResponse<String> answer) {
        return answer.headers().firstValue("ETag").orElse("none, but " + answer.body());
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return MAPPER.readTree(answer.body());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, null, null);
    }

    private static HttpResponse<String> post(String path) throws Exception {
        return send("POST", path, null, null);
    }

    private static HttpResponse<String> put(String id, String text) throws Exception {
        return send("PUT", "/variants/" + id, text, YAML);
    }

    private static HttpResponse<String> send(
            String method, String path, @Nullable String body, @Nullable String type, String... headers)
            throws Exception {
        return request(base, method, path, body, type, headers);
    }

    private static HttpResponse<String> request(
            String address, String method, String path, @Nullable String body, @Nullable String type, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(Duration.ofMinutes(3))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
