package dev.sluice.producer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebServerIT {
    private final Vertx vertx = Vertx.vertx();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Health health = new Health(System::nanoTime);
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebServer server = new WebServer(vertx, registry, health, WebServer.LOOPBACK, 0);
    private int port;

    @BeforeEach
    void start() {
        Router api = Router.router(vertx);
        api.get("/hello").handler(context -> context.response().end("hi"));
        port = server.mount("/api/v1/*", api).start();
    }

    @AfterEach
    void stop() {
        server.stop(Duration.ofSeconds(1));
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldServeMetricsInTheFormatThatIsAskedFor() throws Exception {
        Counter.build("sluice_test_total", "Help.").register(registry).inc(3);

        HttpResponse<String> plain = get("/metrics", "text/plain");
        assertThat(plain.body()).contains("# HELP sluice_test_total Help.").contains("sluice_test_total 3.0");
        assertThat(plain.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");

        HttpResponse<String> open = get("/metrics", "application/openmetrics-text; version=1.0.0");
        assertThat(open.body()).endsWith("# EOF\n");
        assertThat(open.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
    }

    @Test
    void shouldAnswerProbesWithReasons() throws Exception {
        Health.Part part = health.part("producer");
        assertThat(get("/health/live", "*/*").statusCode()).isEqualTo(200);
        assertThat(get("/health/started", "*/*").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready", "*/*").body()).contains("producer is not ready");

        part.started();
        assertThat(get("/health/started", "*/*").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready", "*/*").body()).isEqualTo("{\"ok\":true,\"reasons\":[]}");
    }

    @Test
    void shouldServeMountedRouters() throws Exception {
        assertThat(get("/api/v1/hello", "*/*").body()).isEqualTo("hi");
        assertThat(get("/api/v1/other", "*/*").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldNameThePortThatIsTaken() {
        WebServer second = new WebServer(vertx, registry, health, WebServer.LOOPBACK, port);

        assertThatThrownBy(second::start).hasMessageContaining("http server cannot listen on 127.0.0.1:" + port);
    }

    private HttpResponse<String> get(String path, String accept) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return client.send(
                HttpRequest.newBuilder(uri).header("Accept", accept).build(), HttpResponse.BodyHandlers.ofString());
    }
}
