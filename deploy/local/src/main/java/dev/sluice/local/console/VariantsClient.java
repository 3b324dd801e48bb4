package dev.sluice.local.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks the variants' REST resource of a running process. What it refuses is a {@link RefusedException}. */
public final class VariantsClient {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CREATED = 201;
    private static final int LEAST_ERROR = 400;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final URI api;
    private final @Nullable String token;

    /**
     * @param page its address, with a slash at the end
     * @param token that the page wants, null for none
     */
    public VariantsClient(URI page, @Nullable String token) {
        this.api = page.resolve("api/v1/");
        this.token = token;
    }

    /** Every variant, by id. */
    public JsonNode list() throws IOException, InterruptedException {
        return json(send("GET", "variants", null)).path("variants");
    }

    public JsonNode get(String id) throws IOException, InterruptedException {
        return json(send("GET", path(id), null));
    }

    /** What a variant would cost, and whether it would be accepted. */
    public JsonNode assess(JsonNode variant) throws IOException, InterruptedException {
        return json(send("POST", "estimates", variant));
    }

    /** Adds a variant under the id that it names; the answer says by {@code created} whether it is new. */
    public ObjectNode put(JsonNode variant) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("PUT", path(variant.path("id").asText()), variant);
        ObjectNode there = (ObjectNode) json(answer);
        return there.put("created", answer.statusCode() == CREATED);
    }

    /**
     * @param action pause, resume or replay
     * @param from of a replay, null for what the spec says
     */
    public JsonNode act(String id, String action, @Nullable String from) throws IOException, InterruptedException {
        JsonNode body =
                from == null ? null : JsonNodeFactory.instance.objectNode().put("from", from);
        return json(send("POST", path(id) + "/" + action, body));
    }

    /** @return how the process answered */
    public int delete(String id) throws IOException, InterruptedException {
        return send("DELETE", path(id), null).statusCode();
    }

    private static String path(String id) {
        return "variants/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> send(String method, String path, @Nullable JsonNode body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve(path))
                .timeout(LIMIT)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= LEAST_ERROR) {
            throw new RefusedException(answer.statusCode(), problem(answer));
        }
        return answer;
    }

    private static String problem(HttpResponse<String> answer) {
        try {
            JsonNode problem = MAPPER.readTree(answer.body());
            return problem.path("detail").asText("the page answered " + answer.statusCode());
        } catch (JsonProcessingException e) {
            return "the page answered " + answer.statusCode() + ", and not as Sluice does";
        }
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return MAPPER.readTree(answer.body());
    }
}
