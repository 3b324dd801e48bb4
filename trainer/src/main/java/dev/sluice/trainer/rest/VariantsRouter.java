package dev.sluice.trainer.rest;

import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.Problem;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.spec.VariantReader;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The variants' REST resource as {@code openapi.yaml} describes it, to be mounted at {@code /api/v1/*}. What it does not
 * know it leaves to routers behind it. Holds no state: every answer is read from the topics.
 */
public final class VariantsRouter {
    static final long MOST_BYTES = 1 << 20;

    private static final String YAML = "application/yaml";
    private static final String JSON = Contract.JSON;
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private static final Handler<RoutingContext> FAILED = Problem.failureHandler(VariantProblems::of);

    private final Vertx vertx;
    private final VariantDesk desk;
    private final OpenAPIContract contract;
    private final Router router;

    /**
     * @param partitions of the topics keyed by variant
     * @param epochs of a variant that does not say
     * @param guard lets through who may; null if the address is a loopback one
     */
    public VariantsRouter(
            Vertx vertx, KafkaConnection kafka, int partitions, int epochs, @Nullable Handler<RoutingContext> guard) {
        this.vertx = vertx;
        this.desk = new VariantDesk(kafka, partitions, epochs);
        this.contract = Contract.load(vertx);
        this.router = routes(guard);
    }

    public Router router() {
        return router;
    }

    private Router routes(@Nullable Handler<RoutingContext> guard) {
        Router routes = Router.router(vertx);
        Router answering = answering();
        for (Path path : contract.getPaths()) {
            String at = path.getName().replaceAll("\\{(\\w+)}", ":$1");
            routes.route(at).failureHandler(FAILED);
            routes.route(at).handler(VariantsRouter::secure);
            routes.route(at).handler(new OwnSite(guard == null));
            if (guard != null) {
                routes.route(at).handler(new Guarded(path, guard));
            }
            routes.route(at).handler(MediaTypes.acceptable(at.endsWith(".yaml") ? YAML : JSON));
            routes.route(at).handler(BodyHandler.create(false).setBodyLimit(MOST_BYTES));
        }
        routes.route("/*").subRouter(answering);
        contract.getPaths()
                .forEach(path -> routes.route(path.getName().replaceAll("\\{(\\w+)}", ":$1"))
                        .handler(context -> notAllowed(context, path)));
        routes.route("/variants/*")
                .handler(context -> Problem.nothingAt(context).answer(context));
        return routes;
    }

    /**
     * Asks for the token, unless the contract says of the operation that nothing secures it.
     *
     * @param path whose operations these are
     * @param guard lets through who may
     */
    private record Guarded(Path path, Handler<RoutingContext> guard) implements Handler<RoutingContext> {
        @Override
        public void handle(RoutingContext context) {
            if (isOpen(context.request().method())) {
                context.next();
            } else {
                guard.handle(context);
            }
        }

        private boolean isOpen(HttpMethod method) {
            return path.getOperations().stream()
                    .anyMatch(operation -> operation.getHttpMethod().equals(method)
                            && operation.getSecurityRequirements().isEmpty());
        }
    }

    private Router answering() {
        RouterBuilder builder = RouterBuilder.create(vertx, contract, RequestExtractor.withBodyHandler());
        on(builder, "listVariants", context -> json(OK, Map.of("variants", desk.list(query(context, "stream")))));
        on(builder, "getVariant", this::get);
        on(builder, "putVariant", this::put).setDoValidation(false); // which names the first violation only
        on(builder, "deleteVariant", this::delete);
        on(builder, "pauseVariant", context -> variant(OK, desk.pause(id(context), precondition(context))));
        on(builder, "resumeVariant", context -> variant(OK, desk.resume(id(context), precondition(context))));
        on(builder, "replayVariant", this::replay);
        on(builder, "estimateVariant", context -> json(OK, desk.assess(input(context))))
                .setDoValidation(false);
        on(builder, "listKinds", context -> json(OK, KindsResource.of(Kinds.ALL)));
        on(builder, "contractAsYaml", context -> new Answer(OK, YAML, Buffer.buffer(Contract.text()), Map.of()));
        on(builder, "contractAsJson", context -> json(OK, Contract.tree()));
        builder.getRoutes().forEach(route -> route.setDoSecurity(false)); // the guard has seen to it
        return builder.createRouter();
    }

    private record Answer(int status, @Nullable String type, Buffer body, Map<String, String> headers) {}

    /** Kafka blocks, so the operations stay off the event loop. */
    private OpenAPIRoute on(RouterBuilder builder, String operation, Function<RoutingContext, Answer> question) {
        return builder.getRoute(operation)
                .addHandler(context -> vertx.executeBlocking(() -> question.apply(context), false)
                        .onSuccess(answer -> send(context, answer))
                        .onFailure(context::fail))
                .addFailureHandler(FAILED);
    }

    private static void send(RoutingContext context, Answer answer) {
        HttpServerResponse response = context.response().setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        if (answer.type() == null) {
            response.end();
        } else {
            response.putHeader("Content-Type", answer.type()).end(answer.body());
        }
    }

    private Answer get(RoutingContext context) {
        VariantResource found = desk.get(id(context));
        return precondition(context).isKnown(found.etag())
                ? empty(NOT_MODIFIED, Map.of("ETag", found.etag()))
                : variant(OK, found);
    }

    private Answer put(RoutingContext context) {
        VariantDesk.Put put = desk.put(id(context), input(context), precondition(context));
        Answer answer = variant(put.created() ? CREATED : OK, put.variant());
        return put.created()
                ? new Answer(
                        CREATED,
                        JSON,
                        answer.body(),
                        Map.of(
                                "ETag",
                                put.variant().etag(),
                                "Location",
                                context.request().path()))
                : answer;
    }

    private Answer delete(RoutingContext context) {
        desk.delete(id(context), precondition(context));
        return empty(NO_CONTENT, Map.of());
    }

    private Answer replay(RoutingContext context) {
        JsonObject body =
                context.body().isEmpty() ? new JsonObject() : context.body().asJsonObject();
        return variant(OK, desk.replay(id(context), body.getString("from"), precondition(context)));
    }

    private static Answer empty(int status, Map<String, String> headers) {
        return new Answer(status, null, Buffer.buffer(), headers);
    }

    private static Answer variant(int status, VariantResource variant) {
        return new Answer(status, JSON, json(status, variant).body(), Map.of("ETag", variant.etag()));
    }

    private static Answer json(int status, Object value) {
        return new Answer(status, JSON, Buffer.buffer(Contract.write(value)), Map.of());
    }

    private static VariantInput input(RoutingContext context) {
        return VariantInput.parse(
                context.body().isEmpty() ? "" : context.body().asString("UTF-8"), MediaTypes.isJson(context));
    }

    private static String id(RoutingContext context) {
        String id = context.pathParam("id");
        if (!VariantReader.isId(id)) {
            throw new Problem(Problem.BAD_REQUEST, "id must be " + VariantReader.ID_RULE + ", got " + id);
        }
        return id;
    }

    private static Precondition precondition(RoutingContext context) {
        return new Precondition(
                context.request().getHeader("If-Match"), context.request().getHeader("If-None-Match"));
    }

    private static @Nullable String query(RoutingContext context, String name) {
        return context.queryParam(name).stream().findFirst().orElse(null);
    }

    private static void secure(RoutingContext context) {
        context.response().putHeader("X-Content-Type-Options", "nosniff").putHeader("Cache-Control", "no-store");
        context.next();
    }

    private static void notAllowed(RoutingContext context, Path path) {
        String allowed = path.getOperations().stream()
                .map(operation -> operation.getHttpMethod().name())
                .sorted()
                .collect(Collectors.joining(", "));
        Problem.notAllowed(context, allowed);
    }
}
