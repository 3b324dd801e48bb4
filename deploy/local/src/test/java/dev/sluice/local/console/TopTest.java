package dev.sluice.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page that always says the same, and keys that are given. */
class TopTest {
    private static final Map<String, String> ANSWERS =
            Map.of("/api/v1/overview", """
            {"stream": "s", "streams": [
               {"id": "s", "hook": "blocks.3.hook_resid_post", "rows": 65536, "heldout_rows": 128, "complete": true},
               {"id": "t", "hook": "blocks.1.hook_mlp_out", "rows": 1, "heldout_rows": 1, "complete": true}],
             "progress": {"tokens": 163840, "target_tokens": 655360, "fraction": 0.25, "done": false},
             "pipeline": []}""", "/api/v1/table", """
            {"variants": [
              {"series": "topk-k8", "variant": "topk-k8", "kind": "topk", "stream": "s", "state": "finished",
               "tokens": 9, "fvu": 0.3, "mse": 1.5, "l0": 8, "dead_fraction": 0.5, "prequential_sse": 30,
               "heldout": {"fvu": 0.31, "mse": 1.6, "l0": 8, "dead_fraction": 0.25}},
              {"series": "topk-k16", "variant": "topk-k16", "kind": "topk", "stream": "s", "state": "finished",
               "tokens": 9, "fvu": 0.2, "mse": 1.2, "l0": 16, "dead_fraction": 0, "prequential_sse": 20,
               "through_model": {"ce_recovered": 0.95}, "heldout": {"fvu": 0.21, "mse": 1.3, "l0": 16, "dead_fraction": 0.125}},
              {"series": "relu", "variant": "relu", "kind": "standard", "stream": "s", "state": "training",
               "tokens": 9, "fvu": 0.4, "mse": 2, "l0": 33.3, "dead_fraction": 0.01},
              {"series": "other", "variant": "other", "kind": "gated", "stream": "t", "state": "training"}]}""", "/api/v1/series", """
            {"series": [
              {"series": "topk-k8", "tokens": [16384, 32768], "fvu": [0.5, 0.25], "l0": [8, null]},
              {"series": "relu", "tokens": [16384], "fvu": [0.9], "l0": [33]}]}""", "/api/v1/kinds", """
            {"kinds": [{"kind": "topk", "name": "TopK"}, {"kind": "standard", "name": "L1"}]}""");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body =
                    ANSWERS.getOrDefault(exchange.getRequestURI().getPath(), "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldFrameTheBestOfEachActivationFunctionWithLossAndSparsity() throws Exception {
        top(true).print("results");

        assertThat(shown().lines().map(String::strip))
                .startsWith(
                        "╭─────────────────────┬─────────┬──────────┬───────────┬────────┬──────────────┬────────┬──────────────╮",
                        "│ activation function │ best of │ series   │ loss: FVU │    MSE │ sparsity: L0 │   dead │ CE recovered │",
                        "├─────────────────────┼─────────┼──────────┼───────────┼────────┼──────────────┼────────┼──────────────┤",
                        "│ TopK                │       2 │ topk-k16 │    0.2100 │ 1.3000 │        16.00 │ 12.5 % │       0.9500 │",
                        "│ L1                  │       1 │ relu     │    0.4000 │ 2.0000 │        33.30 │  1.0 % │            - │",
                        "╰─────────────────────┴─────────┴──────────┴───────────┴────────┴──────────────┴────────┴──────────────╯");
    }

    @Test
    void shouldPrintEveryScreenOnceInPlainTextWhereThereIsNoTerminal() throws Exception {
        top(false).print(null);

        assertThat(shown())
                .isASCII()
                .contains("topk-k8", "finished", "FVU of topk-k8 by tokens", "| activation function |")
                .doesNotContain("other", "\033");
    }

    @Test
    void shouldSwitchScreensByKeysAndLeaveTheTerminalAsItWas() throws Exception {
        follow("2", "m", "m", "m", "j", "3", "q");

        assertThat(shown())
                .startsWith("\033[?1049h")
                .endsWith("\033[?25h\033[?1049l")
                .contains(
                        "FVU of topk-k8 by tokens",
                        "L0 of topk-k8 by tokens",
                        "L0 of relu by tokens",
                        "activation function");
    }

    @Test
    void shouldScrollThroughTheTable() throws Exception {
        follow("j", "j", "q");

        assertThat(last()).contains("relu").doesNotContain("topk-k8");
    }

    @Test
    void shouldEndWhenThereAreNoKeysAnyMore() throws Exception {
        follow();

        assertThat(shown()).contains("topk-k8", "q leave");
    }

    /** A key for each text; then none will come. */
    private void follow(String... keys) throws Exception {
        Iterator<String> pressed = List.of(keys).iterator();
        top(true).follow(() -> pressed.hasNext() ? pressed.next().charAt(0) : -1, null);
    }

    private Top top(boolean unicode) {
        return Top.of(
                new PageClient(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/")),
                null,
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                120,
                40,
                unicode);
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private String last() {
        return shown().substring(shown().lastIndexOf("\033[H\033[J"));
    }
}
