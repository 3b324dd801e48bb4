package dev.sluice.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.producer.hash.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves folders as a hub serves repositories, each with one commit: the API, {@code resolve} and ranges. */
final class FolderHub implements AutoCloseable {
    static final String COMMIT = "c0ffee".repeat(6) + "c0de";

    private static final Pattern API = Pattern.compile("/api/((?:models|datasets)/[^/]+/[^/]+)/(revision|tree)/.+");
    private static final Pattern RESOLVE = Pattern.compile("/((?:datasets/)?[^/]+/[^/]+)/resolve/" + COMMIT + "/(.+)");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Path> folders = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    private FolderHub(HttpServer server) {
        this.server = server;
    }

    static FolderHub start() throws IOException {
        FolderHub hub = new FolderHub(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        hub.server.setExecutor(hub.threads);
        hub.server.createContext("/", hub::handle);
        hub.server.start();
        return hub;
    }

    /** @param repo {@code models/org/name} or {@code datasets/org/name} */
    FolderHub with(String repo, Path folder) {
        folders.put(repo, folder);
        return this;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher api = API.matcher(path);
        Matcher resolve = RESOLVE.matcher(path);
        try (exchange) {
            if (api.matches() && folders.containsKey(api.group(1))) {
                send(exchange, 200, api.group(2).equals("tree") ? tree(folder(api.group(1))) : info());
            } else if (resolve.matches()) {
                String repo = resolve.group(1);
                Path folder = folder(repo.startsWith("datasets/") ? repo : "models/" + repo);
                content(exchange, Files.readAllBytes(folder.resolve(resolve.group(2))));
            } else {
                exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
                exchange.sendResponseHeaders(401, -1);
            }
        }
    }

    private Path folder(String repo) {
        return Objects.requireNonNull(folders.get(repo), repo);
    }

    private static byte[] info() {
        return JSON.createObjectNode().put("sha", COMMIT).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] tree(Path folder) throws IOException {
        ArrayNode tree = JSON.createArrayNode();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                tree.addObject()
                        .put("type", "file")
                        .put("path", String.valueOf(file.getFileName()))
                        .put("oid", "0".repeat(40))
                        .put("size", bytes.length)
                        .putObject("lfs")
                        .put("oid", Sha256.hex(bytes))
                        .put("size", bytes.length);
            }
        }
        return tree.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void content(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
        exchange.getResponseHeaders().set("ETag", "\"" + Sha256.hex(bytes) + "\"");
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
        } else if (range.matches()) {
            int from = Integer.parseInt(range.group(1));
            int until = Integer.parseInt(range.group(2)) + 1;
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (until - 1) + "/" + bytes.length);
            send(exchange, 206, Arrays.copyOfRange(bytes, from, until));
        } else {
            send(exchange, 200, bytes);
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
