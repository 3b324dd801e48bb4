package dev.sluice.evaluator.page;

import dev.sluice.evaluator.report.FeaturesChart;
import dev.sluice.evaluator.report.HtmlReport;
import dev.sluice.evaluator.report.MarkdownReport;
import dev.sluice.evaluator.report.ParetoChart;
import dev.sluice.evaluator.report.ReportedRun;
import dev.sluice.evaluator.view.Api;
import dev.sluice.evaluator.view.LiveView;
import dev.sluice.producer.service.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The live page and the JSON behind its panels, as a router to be mounted at {@code /*}. */
public final class Page implements AutoCloseable {
    private static final String API = "/api/v1/";
    private static final String POLICY =
            "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
                    + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /** A drawing or a report carries its own style and nothing else. */
    private static final String DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

    private static final String JSON = "application/json";

    private final Vertx vertx;
    private final LiveView view;
    private final String reproduce;
    private final EventStreams events;
    private final Router router;

    /** @param reproduce the command that gives the report again */
    public Page(Vertx vertx, LiveView view, String reproduce) {
        this.vertx = vertx;
        this.view = view;
        this.reproduce = reproduce;
        this.events = new EventStreams(vertx, view);
        this.router = routes();
    }

    public Router router() {
        return router;
    }

    /** Ends the event streams and takes no new ones. */
    @Override
    public void close() {
        events.close();
    }

    private Router routes() {
        Router routes = Router.router(vertx);
        routes.route().handler(Page::secure);
        json(routes, "overview", context -> view.overview(stream(context)));
        json(routes, "metrics", context -> view.metrics());
        json(routes, "table", context -> view.variants());
        json(routes, "series", context -> view.series(stream(context), parameter(context, "split"), since(context)));
        json(routes, "pareto", context -> view.pareto(stream(context)));
        json(routes, "results", context -> view.results(stream(context)));
        json(routes, "report", context -> view.report(stream(context)));
        answer(
                routes,
                "report.md",
                "text/markdown; charset=utf-8",
                context -> MarkdownReport.of(runs(context), view.table()));
        answer(
                routes,
                "report.html",
                "text/html; charset=utf-8",
                context -> HtmlReport.of(runs(context), view.table()));
        answer(routes, "report.svg", "image/svg+xml", context -> ParetoChart.svg(view.report(stream(context))));
        answer(
                routes,
                "report-features.svg",
                "image/svg+xml",
                context -> FeaturesChart.svg(view.report(stream(context))));
        routes.get(API + "events").handler(events::open);
        routes.route(API + "*").handler(Page::unmatched);
        routes.get()
                .handler(
                        StaticHandler.create("webroot").setCachingEnabled(false).setIncludeHidden(false));
        routes.route().handler(Page::unmatched);
        routes.route().failureHandler(Problem.failureHandler());
        return routes;
    }

    private List<ReportedRun> runs(RoutingContext context) {
        HostAndPort host = context.request().authority();
        return List.of(view.run(stream(context), host == null ? "this service" : host.toString(), List.of(reproduce)));
    }

    private void json(Router routes, String path, Function<RoutingContext, Object> question) {
        answer(routes, path, JSON, context -> Api.write(question.apply(context)));
    }

    /** The questions wait for the view's lock, so they stay off the event loop. */
    private void answer(Router routes, String path, String type, Function<RoutingContext, String> question) {
        routes.get(API + path)
                .handler(context -> vertx.executeBlocking(() -> question.apply(context), false)
                        .onSuccess(text -> {
                            HttpServerResponse response = context.response();
                            if (!type.equals(JSON)) {
                                response.putHeader("Content-Security-Policy", DRAWING_POLICY);
                            }
                            response.putHeader("Content-Type", type)
                                    .putHeader("Cache-Control", "no-store")
                                    .end(text);
                        })
                        .onFailure(context::fail));
    }

    private static void secure(RoutingContext context) {
        context.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cache-Control", "no-cache");
        context.next();
    }

    private static void unmatched(RoutingContext context) {
        if (context.request().method().name().equals("GET")
                || context.request().method().name().equals("HEAD")) {
            Problem.nothingAt(context).answer(context);
        } else {
            Problem.notAllowed(context, "GET, HEAD");
        }
    }

    private static @Nullable String stream(RoutingContext context) {
        return parameter(context, "stream");
    }

    private static @Nullable String parameter(RoutingContext context, String name) {
        String value = context.request().getParam(name);
        return value == null || value.isBlank() ? null : value;
    }

    private static long since(RoutingContext context) {
        String since = parameter(context, "since");
        try {
            return since == null ? 0 : Long.parseLong(since);
        } catch (NumberFormatException notOne) {
            throw new Problem(Problem.BAD_REQUEST, "since must be a sequence number, got " + since);
        }
    }
}
