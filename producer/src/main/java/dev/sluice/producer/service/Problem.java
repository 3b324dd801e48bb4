package dev.sluice.producer.service;

import dev.sluice.producer.contract.Json;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a request gets no other answer, as {@code application/problem+json} (RFC 9457). Thrown or answered. */
public final class Problem extends RuntimeException {
    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHORIZED = 401;
    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    public static final int NOT_ALLOWED = 405;
    public static final int NOT_ACCEPTABLE = 406;
    public static final int CONFLICT = 409;
    public static final int PRECONDITION_FAILED = 412;
    public static final int PAYLOAD_TOO_LARGE = 413;
    public static final int UNSUPPORTED_MEDIA_TYPE = 415;
    public static final int UNPROCESSABLE = 422;
    public static final int UNAVAILABLE = 503;

    private static final int INTERNAL_ERROR = 500;
    private static final String RETRY_AFTER_SECONDS = "5";
    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);

    private final int status;
    private final transient Map<String, Object> members;

    /** @param detail for people: names the field, the value and the rule */
    public Problem(int status, String detail) {
        this(status, detail, Map.of());
    }

    /** @param members of the problem beside the standard ones */
    public Problem(int status, String detail, Map<String, Object> members) {
        super(detail);
        this.status = status;
        this.members = Map.copyOf(members);
    }

    public static Problem nothingAt(RoutingContext context) {
        return new Problem(NOT_FOUND, "there is nothing at " + context.request().path());
    }

    public int status() {
        return status;
    }

    public Map<String, Object> members() {
        return members;
    }

    /** Ends the response with this problem; what is unavailable can be asked for again soon. */
    public void answer(RoutingContext context) {
        Map<String, Object> body = new LinkedHashMap<>(members);
        body.put("type", "about:blank");
        body.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        body.put("status", status);
        body.put("detail", Objects.requireNonNull(getMessage()));
        if (status == UNAVAILABLE) {
            context.response().putHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Cache-Control", "no-store")
                .end(Buffer.buffer(Json.write(body)));
    }

    /** Answers 405 with the methods that are allowed. */
    public static void notAllowed(RoutingContext context, String allowed) {
        context.response().putHeader("Allow", allowed);
        String method = context.request().method().name();
        new Problem(NOT_ALLOWED, method + " is not allowed here; allowed: " + allowed).answer(context);
    }

    /** Answers what a handler failed with, see {@link #failureHandler(Function)}. */
    public static Handler<RoutingContext> failureHandler() {
        return failureHandler(context -> Optional.empty());
    }

    /**
     * Answers what a handler failed with: a problem as it is, a status of the client's own with its cause, and anything
     * else as a fault that only the log explains.
     *
     * @param known problems that the failure stands for, beside those that are thrown
     */
    public static Handler<RoutingContext> failureHandler(Function<RoutingContext, Optional<Problem>> known) {
        return context -> {
            if (context.response().headWritten()) {
                context.response().reset();
            } else if (context.failure() instanceof Problem problem) {
                problem.answer(context);
            } else {
                known.apply(context).orElseGet(() -> of(context)).answer(context);
            }
        };
    }

    private static Problem of(RoutingContext context) {
        Throwable cause = context.failure();
        int code = context.statusCode();
        if (code >= BAD_REQUEST && code < INTERNAL_ERROR) {
            String message = cause == null ? null : cause.getMessage();
            return new Problem(code, message == null ? "this request cannot be answered" : message);
        }
        LOG.warn("{} {} failed", context.request().method(), context.request().path(), cause);
        return new Problem(INTERNAL_ERROR, "the request failed; the server's log says why");
    }
}
