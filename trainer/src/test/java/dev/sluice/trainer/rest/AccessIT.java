package dev.sluice.trainer.rest;

import static dev.sluice.trainer.rest.Rest.BASE;
import static dev.sluice.trainer.rest.Rest.VERTX;
import static dev.sluice.trainer.rest.Rest.YAML;
import static dev.sluice.trainer.rest.Rest.assertProblem;
import static dev.sluice.trainer.rest.Rest.json;
import static dev.sluice.trainer.rest.Rest.request;
import static dev.sluice.trainer.rest.Rest.router;
import static dev.sluice.trainer.rest.Rest.send;
import static dev.sluice.trainer.rest.Rest.serve;
import static dev.sluice.trainer.rest.Rest.topK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.service.BearerToken;
import io.vertx.openapi.contract.Operation;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask. */
class AccessIT {
    private static final String TOKEN = "0123456789abcdef";
    private static final String BEARER = "Bearer " + TOKEN;

    @Test
    void shouldRefuseChangesThatABrowserMakesForAnotherSite() throws Exception {
        assertProblem(send("POST", "/variants/nobody/pause", null, null, "Origin", "http://elsewhere.example"), 403);
        assertThat(send("POST", "/variants/nobody/pause", null, null, "Origin", BASE.replace("/api/v1", ""))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldAskForTheTokenWhereThereIsOne(@TempDir Path folder) throws Exception {
        String address = guarded(folder);

        HttpResponse<String> without = request(address, "GET", "/variants", null, null);
        assertProblem(without, 401);
        assertThat(without.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(request(address, "PUT", "/variants/guarded", topK(64), YAML).statusCode())
                .isEqualTo(401);
        assertThat(request(address, "PUT", "/variants/guarded", topK(64), YAML, "Authorization", BEARER)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void shouldAskForNoTokenWhereTheContractSecuresNothing(@TempDir Path folder) throws Exception {
        String address = guarded(folder);

        HttpResponse<String> without = request(address, "GET", "/kinds", null, null);
        HttpResponse<String> with = request(address, "GET", "/kinds", null, null, "Authorization", BEARER);

        assertThat(without.statusCode()).isEqualTo(200);
        assertThat(json(without).path("kinds"))
                .isNotEmpty()
                .isEqualTo(json(with).path("kinds"));
        assertThat(request(address, "POST", "/kinds", null, null).statusCode()).isEqualTo(401);
        assertProblem(request(address, "POST", "/kinds", null, null, "Authorization", BEARER), 405);
        assertThat(Contract.load(VERTX).operations())
                .filteredOn(operation -> operation.getSecurityRequirements().isEmpty())
                .extracting(Operation::getOperationId)
                .containsExactly("listKinds");
    }

    /** The address of a server that wants a token. */
    private static String guarded(Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), TOKEN);
        return serve(router(BearerToken.read(file).handler()));
    }
}
