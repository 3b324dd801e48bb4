package dev.sluice.producer.service;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The process's one HTTP server: {@code /metrics}, {@code /health/...} and the routers of its services. */
public final class WebServer {
    public static final String LOOPBACK = "127.0.0.1";

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final CollectorRegistry metrics;
    private final String host;
    private final int port;
    private final Router root;
    private @Nullable HttpServer server;

    /**
     * @param host to bind, {@link #LOOPBACK} unless the operator asks for more
     * @param port 0 takes a free one
     */
    public WebServer(Vertx vertx, CollectorRegistry metrics, Health health, String host, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("http.port must be 0 to 65535, got " + port);
        }
        this.vertx = vertx;
        this.metrics = metrics;
        this.host = host;
        this.port = port;
        this.root = Router.router(vertx);
        root.get("/metrics").handler(this::scrape);
        root.get("/health/started").handler(context -> answer(context, health::notStarted));
        root.get("/health/live").handler(context -> answer(context, health::notLive));
        root.get("/health/ready").handler(context -> answer(context, health::notReady));
    }

    /**
     * Adds a router behind those already there; before {@link #start}.
     *
     * @param path that ends in {@code *}, e.g. {@code /api/v1/*}
     */
    public WebServer mount(String path, Router router) {
        root.route(path).subRouter(router);
        return this;
    }

    /**
     * Binds and returns the port.
     *
     * @throws IllegalStateException if the address cannot be bound
     */
    public int start() {
        HttpServerOptions options = new HttpServerOptions().setHost(host).setPort(port);
        HttpServer bound = vertx.createHttpServer(options).requestHandler(root);
        await("http server cannot listen on " + host + ":" + port, bound.listen(), START_LIMIT);
        server = bound;
        return bound.actualPort();
    }

    /** Stops accepting, lets requests finish within the time, closes the connections. */
    public void stop(Duration within) {
        if (server != null) {
            Future<Void> closed = server.shutdown(within.toMillis(), TimeUnit.MILLISECONDS);
            server = null;
            await("http server cannot stop within " + within, closed, within.plus(START_LIMIT));
        }
    }

    private static void await(String problem, Future<?> future, Duration limit) {
        try {
            future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IllegalStateException(problem + ": " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException(problem + ": not within " + limit, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(problem + ": interrupted", e);
        }
    }

    private void scrape(RoutingContext context) {
        String type = TextFormat.chooseContentType(context.request().getHeader("Accept"));
        vertx.executeBlocking(() -> Scrape.text(metrics, type), false)
                .onSuccess(text ->
                        context.response().putHeader("Content-Type", type).end(Buffer.buffer(text)))
                .onFailure(context::fail);
    }

    private static void answer(RoutingContext context, Supplier<List<String>> reasons) {
        List<String> against = reasons.get();
        JsonObject body = new JsonObject().put("ok", against.isEmpty()).put("reasons", new JsonArray(against));
        context.response()
                .setStatusCode(against.isEmpty() ? 200 : 503)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }
}
