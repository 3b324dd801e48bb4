package dev.sluice.evaluator.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
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
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Requests to MLflow's REST interface.
 *
 * @see <a href="https://mlflow.org/docs/latest/rest-api.html">MLflow REST API</a>
 */
final class MlflowClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String API = "/api/2.0/mlflow/";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY = 429;
    private static final int LEAST_FAULT_OF_THE_SERVER = 500;
    private static final int LONGEST_MESSAGE = 300;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final MlflowSettings settings;

    MlflowClient(MlflowSettings settings) {
        this.settings = settings;
    }

    /**
     * The answer; a missing node if there is no such thing.
     *
     * @throws IOException if the server may answer later
     * @throws TrackingException if it refuses
     */
    JsonNode get(String path, Map<String, String> query) throws IOException, InterruptedException {
        String text = query.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(request(path + "?" + text).GET().build(), path);
    }

    /** As {@link #get}. */
    JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build(),
                path);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.server() + API + path))
                .timeout(LIMIT);
        if (settings.authorization() != null) {
            request.header("Authorization", settings.authorization());
        }
        return request;
    }

    private JsonNode send(HttpRequest request, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        int status = answer.statusCode();
        if (status == OK) {
            return MAPPER.readTree(answer.body());
        }
        String message =
                "MLflow at " + settings.server() + " answers " + status + " to " + path + ": " + reason(answer);
        if (status >= LEAST_FAULT_OF_THE_SERVER || status == TOO_MANY) {
            throw new IOException(message);
        }
        if (status == NOT_FOUND && reason(answer).startsWith("RESOURCE_DOES_NOT_EXIST")) {
            return MissingNode.getInstance();
        }
        throw new TrackingException(message);
    }

    private static String reason(HttpResponse<String> answer) {
        try {
            JsonNode problem = MAPPER.readTree(answer.body());
            String text = problem.path("error_code").asText() + " "
                    + problem.path("message").asText();
            return text.substring(0, Math.min(LONGEST_MESSAGE, text.length()));
        } catch (JsonProcessingException e) {
            return "not as MLflow does";
        }
    }
}
