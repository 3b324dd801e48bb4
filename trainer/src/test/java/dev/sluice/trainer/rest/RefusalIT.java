package dev.sluice.trainer.rest;

import static dev.sluice.trainer.rest.Rest.JSON;
import static dev.sluice.trainer.rest.Rest.STREAM;
import static dev.sluice.trainer.rest.Rest.YAML;
import static dev.sluice.trainer.rest.Rest.assertProblem;
import static dev.sluice.trainer.rest.Rest.get;
import static dev.sluice.trainer.rest.Rest.ids;
import static dev.sluice.trainer.rest.Rest.json;
import static dev.sluice.trainer.rest.Rest.put;
import static dev.sluice.trainer.rest.Rest.send;
import static dev.sluice.trainer.rest.Rest.topK;
import static dev.sluice.trainer.rest.Rest.violation;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.spec.VariantReader;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the resource refuses, and how it says so. */
class RefusalIT {
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
                "stream: " + STREAM + "\nfrom: yesterday\ncolour: red\ndictionary: {kind: topk, latents: -1, k: many}"
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
}
