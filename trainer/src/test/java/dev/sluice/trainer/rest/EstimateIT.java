package dev.sluice.trainer.rest;

import static dev.sluice.trainer.rest.Rest.YAML;
import static dev.sluice.trainer.rest.Rest.assertProblem;
import static dev.sluice.trainer.rest.Rest.get;
import static dev.sluice.trainer.rest.Rest.json;
import static dev.sluice.trainer.rest.Rest.put;
import static dev.sluice.trainer.rest.Rest.send;
import static dev.sluice.trainer.rest.Rest.status;
import static dev.sluice.trainer.rest.Rest.topK;
import static dev.sluice.trainer.rest.Rest.violation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a variant will cost, before anybody trains it. */
class EstimateIT {
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
}
