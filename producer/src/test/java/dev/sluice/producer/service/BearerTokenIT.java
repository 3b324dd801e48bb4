package dev.sluice.producer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BearerTokenIT {
    private static final String TOKEN = "0123456789abcdef-._~+/=";

    @TempDir
    private Path folder;

    @Test
    void shouldAdmitOnlyRequestsWithTheToken() throws Exception {
        BearerToken token = BearerToken.read(Files.writeString(folder.resolve("token"), "  " + TOKEN + "\n"));
        Vertx vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        router.route().handler(token.handler());
        router.put("/x").handler(context -> context.response().end("done"));
        WebServer server = new WebServer(
                        vertx, new CollectorRegistry(), new Health(System::nanoTime), WebServer.LOOPBACK, 0)
                .mount("/*", router);
        int port = server.start();
        try {
            assertThat(put(port, "Bearer " + TOKEN).body()).isEqualTo("done");
            assertThat(put(port, "bearer " + TOKEN).body()).isEqualTo("done");
            for (String wrong :
                    new String[] {"Bearer " + TOKEN + "x", "Bearer ", TOKEN, "Basic " + TOKEN, "Bearer 0123456789abcdef"
                    }) {
                HttpResponse<String> refused = put(port, wrong);
                assertThat(refused.statusCode()).as(wrong).isEqualTo(401);
                assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
                assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
                assertThat(refused.body()).contains("\"status\":401").doesNotContain("0123456789abcdef");
            }
        } finally {
            server.stop(Duration.ofSeconds(1));
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void shouldRefuseAFileWithoutATokenAndNeverQuoteIt() throws Exception {
        Path shortOne = Files.writeString(folder.resolve("short"), "hunter2\n");

        assertThatThrownBy(() -> BearerToken.read(shortOne))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("http.token-file must be a file with one token of 16 to 4096")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> BearerToken.read(folder.resolve("none")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none");
    }

    private static HttpResponse<String> put(int port, String authorization) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/x"))
                .header("Authorization", authorization)
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
