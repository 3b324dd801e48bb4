package dev.sluice.trainer.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.producer.contract.Json;
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
    private static final String RESOURCE = "openapi.yaml";
    private static final ObjectMapper MAPPER = Json.mapper()
            .copy()
            .setDefaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS));

    private Contract() {}

    /** Waits for it: not on an event loop. */
    static OpenAPIContract load(Vertx vertx) {
        try {
            JsonObject contract = new JsonObject(UserJson.yaml(text()).get(0).toString());
            return OpenAPIContract.from(vertx, contract)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
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
