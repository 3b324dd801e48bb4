package dev.sluice.trainer.rest;

import static dev.sluice.trainer.rest.Rest.JSON;
import static dev.sluice.trainer.rest.Rest.KAFKA;
import static dev.sluice.trainer.rest.Rest.STREAM;
import static dev.sluice.trainer.rest.Rest.YAML;
import static dev.sluice.trainer.rest.Rest.assertProblem;
import static dev.sluice.trainer.rest.Rest.etag;
import static dev.sluice.trainer.rest.Rest.get;
import static dev.sluice.trainer.rest.Rest.ids;
import static dev.sluice.trainer.rest.Rest.json;
import static dev.sluice.trainer.rest.Rest.post;
import static dev.sluice.trainer.rest.Rest.put;
import static dev.sluice.trainer.rest.Rest.send;
import static dev.sluice.trainer.rest.Rest.status;
import static dev.sluice.trainer.rest.Rest.topK;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.VariantTopics;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What users do with variants; no trainer runs, so states are written by hand. */
class VariantsRouterIT {
    @Test
    void shouldAddAVariantOnceAndAnswerTheSameToTheSame() throws Exception {
        String text = "stream: " + STREAM + "\ndictionary: {kind: topk, latents: 64, k: 4}";

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
        put("shown", "stream: " + STREAM + "\ndictionary: {kind: pca, fixed: [2], per-token: [1, 4]}");
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
}
