package dev.sluice.trainer.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.spec.UserJson;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The contract of the variants' resource, and JSON as it promises: snake_case, null for what is not known. */
final class Contract {
    static final String JSON = "application/json";

    private static final String RESOURCE = "openapi.yaml";
    private static final ObjectMapper MAPPER = Json.mapper()
            .copy()
            .setDefaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS));

    private Contract() {}

    /** Of the requests, to check them by. Waits for it: not on an event loop. */
    static OpenAPIContract load(Vertx vertx) {
        return OpenAPIContract.from(vertx, new JsonObject(checked(tree()).toString()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** As it is served. */
    static JsonNode tree() {
        try {
            return UserJson.yaml(text()).get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }

    /**
     * Without the media types that Vert.x does not know, since it would refuse the whole contract, and without headers,
     * since it takes a comma in them for a list.
     */
    private static JsonNode checked(JsonNode node) {
        if (node.path("parameters") instanceof ArrayNode parameters) {
            for (int i = parameters.size() - 1; i >= 0; i--) {
                if (parameters.get(i).path("$ref").asText().contains("/If")) {
                    parameters.remove(i);
                }
            }
        }
        if (node.path("content") instanceof ObjectNode content) {
            content.retain(JSON);
            if (content.isEmpty()) {
                ((ObjectNode) node).remove("content");
            }
        }
        node.forEach(Contract::checked);
        return node;
    }

    static String text() {
        try (InputStream yaml = Objects.requireNonNull(Contract.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }
}
