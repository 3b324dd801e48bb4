package dev.sluice.producer.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server that behaves as the hub does: API, {@code resolve} with its headers, and a content network of another origin
 * with signed addresses and ranges. Faults can be set while it runs.
 */
final class TestHub implements AutoCloseable {
    static final String TOKEN = "hf_secret";

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
    private static final Pattern API = Pattern.compile("/api/((?:models|datasets)/.+?)/(revision|tree)/([^/?]+)");
    private static final Pattern RESOLVE = Pattern.compile("/(datasets/)?(.+?)/resolve/([^/]+)/(.+)");
    private static final int PAGE = 3;
    private static final int WRITE = 1024;

    /** What is answered to one request instead of the truth. */
    record Answer(int status, Map<String, String> headers) {}

    /** Every request: {@code METHOD path range}. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    final List<String> authorizations = new CopyOnWriteArrayList<>();
    final List<String> authorizationsAtContent = new CopyOnWriteArrayList<>();
    final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    final Queue<Answer> contentAnswers = new ConcurrentLinkedQueue<>();
    final Map<String, String> moved = new ConcurrentHashMap<>();

    /** Content bytes that are still served; then every connection is cut. */
    final AtomicLong budget = new AtomicLong(Long.MAX_VALUE);

    /** Content bytes after which one connection is cut, once each. */
    final Queue<Integer> cuts = new ConcurrentLinkedQueue<>();

    final AtomicBoolean ranges = new AtomicBoolean(true);

    /** Reached when the budget is used up and {@link #holds} keeps the connections open. */
    final CountDownLatch exhausted = new CountDownLatch(1);

    final AtomicBoolean holds = new AtomicBoolean();
    volatile UnaryOperator<byte[]> change = UnaryOperator.identity();

    private final List<TestRepo> repos = new CopyOnWriteArrayList<>();
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final HttpServer hub;
    private final HttpServer network;

    private TestHub(HttpServer hub, HttpServer network) {
        this.hub = hub;
        this.network = network;
    }

    static TestHub start() {
        try {
            TestHub started = new TestHub(server(), server());
            started.hub.setExecutor(started.threads);
            started.network.setExecutor(started.threads);
            started.hub.createContext("/", exchange -> started.handle(exchange, started::hub));
            started.network.createContext("/", exchange -> started.handle(exchange, started::network));
            started.hub.start();
            started.network.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpServer server() throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    TestRepo add(TestRepo repo) {
        repos.add(repo);
        return repo;
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private void handle(HttpExchange exchange, Handler handler) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + (range == null ? "" : " " + range));
        try (exchange) {
            handler.handle(exchange);
        }
    }

    private void hub(HttpExchange exchange) throws IOException {
        String signed = exchange.getRequestHeaders().getFirst("Authorization");
        authorizations.add(String.valueOf(signed));
        String path = exchange.getRequestURI().getRawPath();
        Answer fault = answers.poll();
        if (fault != null) {
            answer(exchange, fault);
            return;
        }
        for (Map.Entry<String, String> move : moved.entrySet()) {
            if (path.contains(move.getKey())) {
                String target = exchange.getRequestURI().toString().replace(move.getKey(), move.getValue());
                answer(exchange, new Answer(307, Map.of("Location", target)));
                return;
            }
        }
        Matcher api = API.matcher(path);
        Matcher resolve = RESOLVE.matcher(path);
        if (api.matches()) {
            TestRepo repo = repo(exchange, api.group(1), decoded(api.group(3)), signed);
            if (repo != null && api.group(2).equals("revision")) {
                send(exchange, 200, repo.info());
            } else if (repo != null) {
                tree(exchange, repo);
            }
        } else if (resolve.matches()) {
            String kind = resolve.group(1) == null ? "models/" : resolve.group(1);
            TestRepo repo = repo(exchange, kind + resolve.group(2), decoded(resolve.group(3)), signed);
            if (repo != null) {
                resolve(exchange, repo, decoded(resolve.group(4)));
            }
        } else {
            answer(exchange, new Answer(404, Map.of()));
        }
    }

    private @Nullable TestRepo repo(HttpExchange exchange, String path, String revision, @Nullable String signed)
            throws IOException {
        boolean trusted = ("Bearer " + TOKEN).equals(signed);
        List<TestRepo> found = new ArrayList<>();
        repos.stream().filter(repo -> repo.path.equals(path)).forEach(found::add);
        if (signed != null && !trusted) {
            answer(exchange, error(401, "", "Invalid credentials in Authorization header"));
        } else if (found.isEmpty() || (found.get(0).secret && !trusted)) {
            answer(exchange, error(trusted ? 404 : 401, "RepoNotFound", "Repository not found"));
        } else if (found.get(0).gated && !trusted) {
            answer(exchange, error(signed == null ? 401 : 403, "GatedRepo", "Access to it is restricted"));
        } else {
            for (TestRepo repo : found) {
                if (repo.has(revision)) {
                    return repo;
                }
            }
            answer(exchange, error(404, "RevisionNotFound", "Invalid rev id: " + revision));
        }
        return null;
    }

    private void tree(HttpExchange exchange, TestRepo repo) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        Matcher cursor = Pattern.compile("cursor=(\\d+)").matcher(query);
        int from = cursor.find() ? Integer.parseInt(cursor.group(1)) : 0;
        if (from + PAGE < repo.files.size()) {
            String next = endpoint() + exchange.getRequestURI().getPath() + "?recursive=true&cursor=" + (from + PAGE);
            exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
        }
        send(exchange, 200, repo.tree(from, from + PAGE));
    }

    private void resolve(HttpExchange exchange, TestRepo repo, String file) throws IOException {
        byte[] bytes = repo.files.get(file);
        exchange.getResponseHeaders().set("X-Repo-Commit", repo.commit);
        if (bytes == null) {
            answer(exchange, error(404, "EntryNotFound", "Entry not found"));
        } else if (TestRepo.isLarge(bytes)) {
            String hash = TestRepo.hash(bytes);
            content.put(hash, bytes);
            String address = "http://localhost:" + network.getAddress().getPort() + "/" + hash + "?Signature=x";
            answer(
                    exchange,
                    new Answer(
                            302,
                            Map.of(
                                    "Location",
                                    address,
                                    "X-Linked-Etag",
                                    "\"" + hash + "\"",
                                    "X-Linked-Size",
                                    Integer.toString(bytes.length))));
        } else {
            exchange.getResponseHeaders().set("ETag", "\"" + TestRepo.hash(bytes) + "\"");
            content(exchange, bytes);
        }
    }

    private void network(HttpExchange exchange) throws IOException {
        authorizationsAtContent.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        Answer fault = contentAnswers.poll();
        if (fault != null) {
            answer(exchange, fault);
        } else {
            content(
                    exchange,
                    Objects.requireNonNull(
                            content.get(exchange.getRequestURI().getPath().substring(1))));
        }
    }

    private void content(HttpExchange exchange, byte[] original) throws IOException {
        byte[] bytes = change.apply(original.clone());
        String asked = exchange.getRequestHeaders().getFirst("Range");
        Matcher range = RANGE.matcher(String.valueOf(asked));
        int from = 0;
        int until = bytes.length;
        int status = 200;
        if (ranges.get() && range.matches()) {
            from = Integer.parseInt(range.group(1));
            until = Math.min(until, Integer.parseInt(range.group(2)) + 1);
            status = 206;
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (until - 1) + "/" + bytes.length);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(status, until - from);
        Integer cut = cuts.poll();
        write(exchange.getResponseBody(), bytes, from, cut == null ? until : Math.min(until, from + cut));
    }

    /** Writes until the budget is used up; closing the exchange then cuts the connection. */
    private void write(OutputStream out, byte[] bytes, int from, int until) throws IOException {
        for (int at = from; at < until; at += WRITE) {
            int length = Math.min(WRITE, until - at);
            long left = budget.getAndAdd(-length);
            out.write(bytes, at, (int) Math.max(0, Math.min(length, left)));
            out.flush();
            if (left < length) {
                hold();
                return;
            }
        }
    }

    private void hold() throws IOException {
        exhausted.countDown();
        if (holds.get()) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private static Answer error(int status, String code, String message) {
        return new Answer(status, Map.of("X-Error-Code", code, "X-Error-Message", message));
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), -1);
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed.countDown();
        hub.stop(0);
        network.stop(0);
        threads.shutdownNow();
    }
}
