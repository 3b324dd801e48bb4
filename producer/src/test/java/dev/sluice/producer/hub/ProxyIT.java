package dev.sluice.producer.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy between the client and the hub; it answers in the hub's place. */
class ProxyIT {
    private static final URI ENDPOINT = URI.create("http://hub.example");
    private static final String USER = "user:p@ss";

    @TempDir
    private Path home;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", this::answer);
        proxy.start();
    }

    @AfterEach
    void stop() {
        proxy.stop(0);
    }

    @Test
    void shouldAskTheHubThroughTheProxyWithItsPassword() {
        TestClient client = new TestClient(ENDPOINT, home)
                .with(
                        "HTTP_PROXY",
                        "http://user:p%40ss@127.0.0.1:" + proxy.getAddress().getPort());

        Snapshot snapshot = client.hub().open(RepoName.parse(RepoName.Kind.MODEL, "org/tiny"));

        assertThat(snapshot.commit()).isEqualTo("ab".repeat(20));
        assertThat(asked)
                .contains(
                        "http://hub.example/api/models/org/tiny/revision/main",
                        "http://hub.example/api/models/org/tiny/tree/" + "ab".repeat(20) + "?recursive=true");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String password = "Basic " + Base64.getEncoder().encodeToString(USER.getBytes(StandardCharsets.UTF_8));
        try (exchange) {
            if (!password.equals(exchange.getRequestHeaders().getFirst("Proxy-Authorization"))) {
                exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
                exchange.sendResponseHeaders(407, -1);
                return;
            }
            asked.add(exchange.getRequestURI().toString());
            String body = exchange.getRequestURI().getPath().contains("/tree/")
                    ? "[]"
                    : "{\"sha\": \"" + "ab".repeat(20) + "\"}";
            exchange.sendResponseHeaders(200, body.length());
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
        }
    }
}
