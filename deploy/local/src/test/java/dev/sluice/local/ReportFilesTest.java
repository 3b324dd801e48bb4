package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.local.console.PageClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
    @TempDir
    private Path folder;

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldWriteTheNumbersTheTableAndThePlotBesideEachOther() throws Exception {
        answers(Map.of(
                "/api/v1/report",
                "{}",
                "/api/v1/report.md",
                "| |",
                "/api/v1/report.svg",
                "<svg/>",
                "/api/v1/report.html",
                "<html/>"));

        files(folder.resolve("r.json")).write(page(), List.of("s"));

        assertThat(folder.resolve("r.json")).hasContent("{}");
        assertThat(folder.resolve("r.md")).hasContent("| |");
        assertThat(folder.resolve("r.svg")).hasContent("<svg/>");
        assertThat(folder.resolve("r.html")).hasContent("<html/>");
        assertThat(folder.resolve("r.metrics.jsonl")).hasContent("lines of s");
    }

    @Test
    void shouldWriteTheDrawingOfKnownFeaturesWhereThereAreSome() throws Exception {
        answers(Map.of(
                "/api/v1/report",
                "{\"variants\": [{\"truth\": {}}]}",
                "/api/v1/report.md",
                "| |",
                "/api/v1/report.svg",
                "<svg/>",
                "/api/v1/report.html",
                "<html/>",
                "/api/v1/report-features.svg",
                "<svg>f</svg>"));

        files(folder.resolve("r.json")).write(page(), List.of("s"));

        assertThat(folder.resolve("r-features.svg")).hasContent("<svg>f</svg>");
    }

    @Test
    void shouldWriteAFurtherStreamIntoFilesOfItsOwn() throws Exception {
        answers(Map.of(
                "/api/v1/report",
                "{\"variants\": [{\"truth\": null}]}",
                "/api/v1/report.md",
                "| |",
                "/api/v1/report.svg",
                "<svg/>",
                "/api/v1/report.html",
                "<html/>"));

        assertThat(files(folder.resolve("r.json")).write(page(), List.of("s", "t")))
                .containsExactly(Stream.of(
                                "r.json",
                                "r.md",
                                "r.svg",
                                "r.html",
                                "r-t.json",
                                "r-t.md",
                                "r-t.svg",
                                "r-t.html",
                                "r.metrics.jsonl",
                                "r-t.metrics.jsonl")
                        .map(folder::resolve)
                        .toArray(Path[]::new));
    }

    @Test
    void shouldLeaveAnOldReportAloneWhenThePageCannotGiveANewOne() throws Exception {
        Path old = Files.writeString(folder.resolve("r.json"), "old");
        answers(Map.of("/api/v1/report", "{}"));

        assertThatThrownBy(() -> files(old).write(page(), List.of("s")))
                .isInstanceOf(LocalException.class)
                .hasMessageContaining("report.md?stream=s must answer 200, got 404");

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(old);
        }
        assertThat(old).hasContent("old");
    }

    private static ReportFiles files(Path json) {
        return new ReportFiles(json, (stream, file) -> Files.writeString(file, "lines of " + stream));
    }

    private PageClient page() {
        return new PageClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
    }

    private void answers(Map<String, String> bodies) {
        server.createContext("/", exchange -> {
            String body = bodies.get(exchange.getRequestURI().getPath());
            byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body == null ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
