package dev.sluice.evaluator.page;

import dev.sluice.evaluator.view.Api;
import dev.sluice.evaluator.view.LiveView;
import dev.sluice.producer.service.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events: about once a second everybody gets what is new since their last event. An id is a sequence number
 * of the view; who comes back with {@code Last-Event-ID} gets every point that changed after it.
 */
final class EventStreams {
    private static final long EVERY_MILLIS = 1000;
    private static final int TICKS_OF_A_COMMENT = 5;
    private static final int MOST = 100;

    /** One open response and what it has got. */
    private static final class Reader {
        final HttpServerResponse response;
        final @Nullable String stream;
        long points;
        long pareto;

        Reader(HttpServerResponse response, @Nullable String stream, long since) {
            this.response = response;
            this.stream = stream;
            this.points = since;
            this.pareto = -1;
        }
    }

    private final Vertx vertx;
    private final LiveView view;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private final long timer;
    private long ticks;
    private volatile boolean closed;

    EventStreams(Vertx vertx, LiveView view) {
        this.vertx = vertx;
        this.view = view;
        this.timer = vertx.setPeriodic(EVERY_MILLIS, any -> tick());
    }

    void open(RoutingContext context) {
        if (closed || readers.size() >= MOST) {
            String reason = closed ? "stopping" : "at most " + MOST + " event streams can be open";
            new Problem(Problem.UNAVAILABLE, reason).answer(context);
            return;
        }
        HttpServerResponse response = context.response();
        response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no")
                .setChunked(true);
        Reader reader = new Reader(response, context.request().getParam("stream"), since(context));
        response.closeHandler(gone -> readers.remove(reader));
        response.exceptionHandler(gone -> readers.remove(reader));
        response.write("retry: 1000\n\n");
        vertx.executeBlocking(() -> news(reader), false).onSuccess(text -> {
            readers.add(reader);
            send(reader, text);
            if (closed) {
                close();
            }
        });
    }

    private static long since(RoutingContext context) {
        String id = context.request().getHeader("Last-Event-ID");
        try {
            return id == null ? 0 : Long.parseLong(id);
        } catch (NumberFormatException notOurs) {
            return 0;
        }
    }

    private void tick() {
        ticks++;
        if (readers.isEmpty()) {
            return;
        }
        String comment = ticks % TICKS_OF_A_COMMENT == 0 ? ": still here\n\n" : "";
        vertx.executeBlocking(
                        () -> {
                            Map<Reader, String> texts = new ConcurrentHashMap<>();
                            readers.stream()
                                    .filter(reader -> !reader.response.writeQueueFull())
                                    .forEach(reader -> texts.put(reader, comment + news(reader)));
                            return texts;
                        },
                        true)
                .onSuccess(texts -> texts.forEach(this::send));
    }

    private void send(Reader reader, String text) {
        if (!reader.response.ended() && !reader.response.closed()) {
            reader.response.write(text);
        }
    }

    /** The overview comes last and carries the id, so that who has the id has all before it. */
    private String news(Reader reader) {
        return view.atOnce(() -> {
            StringBuilder text = new StringBuilder();
            Api.Series points = view.series(reader.stream, null, reader.points);
            if (!points.series().isEmpty()) {
                event(text, "points", points);
            }
            if (view.heldOutSeq() > reader.pareto) {
                event(text, "pareto", view.pareto(reader.stream));
            }
            event(text, "variants", view.variants());
            text.append("id: ").append(view.seq()).append('\n');
            event(text, "overview", view.overview(reader.stream));
            reader.points = view.seq();
            reader.pareto = view.heldOutSeq();
            return text.toString();
        });
    }

    private static void event(StringBuilder text, String name, Object data) {
        text.append("event: ")
                .append(name)
                .append("\ndata: ")
                .append(Api.write(data))
                .append("\n\n");
    }

    /** Ends every stream; the browsers will ask again until the next process answers. */
    void close() {
        closed = true;
        vertx.cancelTimer(timer);
        for (Reader reader : List.copyOf(readers)) {
            // A stream that opens at this moment closes itself; only one of us ends it.
            if (readers.remove(reader)) {
                reader.response.end();
            }
        }
    }
}
