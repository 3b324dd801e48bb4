package dev.sluice.trainer.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.WebServer;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.stream.PublishedStream;
import dev.sluice.trainer.stream.SharedBroker;
import dev.sluice.trainer.training.TrainerHarness;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The variants' REST resource on a real server over a real broker: one for all tests of this JVM, and what they ask it. */
final class Rest {
    static final KafkaConnection KAFKA = SharedBroker.connection();
    static final String YAML = "application/yaml";
    static final String JSON = "application/json";

    /** A complete stream of 1,000 rows. */
    static final String STREAM =
            new PublishedStream(KAFKA, 8, 301).add(1000, true).spec().id();

    static final Vertx VERTX = Vertx.vertx();

    /** Where the resource is; who asks needs no token. */
    static final String BASE = serve(router(null));

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Rest() {}

    /** @param guard null for none */
    static VariantsRouter router(@Nullable Handler<RoutingContext> guard) {
        return new VariantsRouter(VERTX, KAFKA, TrainerHarness.PARTITIONS, 2, guard);
    }

    /** Serves until the JVM ends, at this address. */
    static String serve(VariantsRouter router) {
        WebServer server = new WebServer(
                        VERTX, new CollectorRegistry(), new Health(System::nanoTime), WebServer.LOOPBACK, 0)
                .mount("/api/v1/*", router.router());
        return "http://127.0.0.1:" + server.start() + "/api/v1";
    }

    static String topK(int latents) {
        return "stream: " + STREAM + "\ndictionary: {kind: topk, latents: " + latents + ", k: 4}";
    }

    static List<String> ids() throws Exception {
        List<String> ids = new ArrayList<>();
        json(get("/variants"))
                .path("variants")
                .forEach(variant -> ids.add(variant.path("id").asText()));
        return ids;
    }

    static void status(String id, int generation, String state, double tokensPerSecond) {
        VariantStatus status = new VariantStatus(
                new VariantStatus.Subject(id, generation, STREAM, "topk", 64, 1096),
                new VariantStatus.Condition(VariantPhase.of(state), null),
                new VariantStatus.Progress(1100, 2000, 1, 100, 900),
                new VariantStatus.Pace(tokensPerSecond, 1),
                VariantStatus.Checkpoint.NONE,
                System.currentTimeMillis());
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(KAFKA.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            var unused = producer.send(
                    new ProducerRecord<>(Topic.STATUS, id.getBytes(StandardCharsets.UTF_8), Json.write(status)));
        }
    }

    static JsonNode violation(HttpResponse<String> refused, String field) throws Exception {
        return StreamSupport.stream(json(refused).path("violations").spliterator(), false)
                .filter(violation -> violation.path("field").asText().equals(field))
                .findFirst()
                .orElseThrow();
    }

    static void assertProblem(HttpResponse<String> answer, int status) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(answer).path("status").asInt()).isEqualTo(status);
        assertThat(json(answer).path("detail").asText()).isNotEmpty();
    }

    static String etag(HttpResponse<String> answer) {
        return answer.headers().firstValue("ETag").orElse("none, but " + answer.body());
    }

    static JsonNode json(HttpResponse<String> answer) throws Exception {
        return MAPPER.readTree(answer.body());
    }

    static HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, null, null);
    }

    static HttpResponse<String> post(String path) throws Exception {
        return send("POST", path, null, null);
    }

    static HttpResponse<String> put(String id, String text) throws Exception {
        return send("PUT", "/variants/" + id, text, YAML);
    }

    static HttpResponse<String> send(
            String method, String path, @Nullable String body, @Nullable String type, String... headers)
            throws Exception {
        return request(BASE, method, path, body, type, headers);
    }

    static HttpResponse<String> request(
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
