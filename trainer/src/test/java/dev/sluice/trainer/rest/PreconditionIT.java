package dev.sluice.trainer.rest;

import static dev.sluice.trainer.rest.Rest.KAFKA;
import static dev.sluice.trainer.rest.Rest.YAML;
import static dev.sluice.trainer.rest.Rest.assertProblem;
import static dev.sluice.trainer.rest.Rest.etag;
import static dev.sluice.trainer.rest.Rest.get;
import static dev.sluice.trainer.rest.Rest.json;
import static dev.sluice.trainer.rest.Rest.put;
import static dev.sluice.trainer.rest.Rest.send;
import static dev.sluice.trainer.rest.Rest.topK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.trainer.training.TrainerHarness;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Writers who do not know of each other. */
class PreconditionIT {
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

        atOnce(3, i -> desks.get(i).replay("shared", null, Precondition.NONE).etag());

        assertThat(json(get("/variants/shared")).path("generation").asInt()).isEqualTo(3);
    }

    private static <T> List<T> atOnce(int count, IntFunction<T> work) {
        List<CompletableFuture<T>> all = IntStream.range(0, count)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> work.apply(i)))
                .toList();
        return all.stream().map(CompletableFuture::join).toList();
    }
}
