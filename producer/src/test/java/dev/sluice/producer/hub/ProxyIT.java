package dev.sluice.producer.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
    private static final String PASSWORD =
            "Basic " + Base64.getEncoder().encodeToString("user:p@ss".getBytes(StandardCharsets.UTF_8));

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

    @Test
    void shouldSayThatARepositoryIsAbsentBehindTheProxyToo() {
        TestClient client = new TestClient(ENDPOINT, home)
                .with(
                        "HTTP_PROXY",
                        "http://user:p%40ss@127.0.0.1:" + proxy.getAddress().getPort());

        assertThatThrownBy(() -> client.model("org/absent"))
                .hasMessageStartingWith("'org/absent' is neither a path that exists nor a model");
    }

    @Test
    void shouldSayThatTheProxyRefusesThePassword() {
        TestClient client = new TestClient(ENDPOINT, home)
                .with(
                        "HTTP_PROXY",
                        "http://user:no@127.0.0.1:" + proxy.getAddress().getPort());

        assertThatThrownBy(() -> client.model("org/tiny"))
                .hasMessageContaining("the proxy refuses the user and password in HTTPS_PROXY or HTTP_PROXY");
    }

    /** In a JVM of its own: the JDK reads once whether passwords may be sent so. */
    @Test
    void shouldAskTheProxyOfTlsForATunnelWithItsPasswordAndWithoutTheToken() throws Exception {
        try (ServerSocket tunnel = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = FetchProcess.start(
                    URI.create("https://hub.example"),
                    home,
                    "org/tiny",
                    home.resolve("log"),
                    "HTTPS_PROXY=http://user:p%40ss@127.0.0.1:" + tunnel.getLocalPort(),
                    "HF_TOKEN=hf_secret");
            try (Socket connection = tunnel.accept();
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
                List<String> head =
                        in.lines().takeWhile(line -> !line.isEmpty()).toList();

                assertThat(head)
                        .startsWith("CONNECT hub.example:443 HTTP/1.1")
                        .contains("Proxy-Authorization: " + PASSWORD)
                        .noneMatch(line -> line.contains("hf_secret"));
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!PASSWORD.equals(exchange.getRequestHeaders().getFirst("Proxy-Authorization"))) {
                exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
                exchange.sendResponseHeaders(407, -1);
                return;
            }
            asked.add(exchange.getRequestURI().toString());
            if (exchange.getRequestURI().getPath().contains("absent")) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            String body = exchange.getRequestURI().getPath().contains("/tree/")
                    ? "[]"
                    : "{\"sha\": \"" + "ab".repeat(20) + "\"}";
            exchange.sendResponseHeaders(200, body.length());
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
        }
    }
}
