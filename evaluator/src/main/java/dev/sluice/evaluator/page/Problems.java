package dev.sluice.evaluator.page;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors as {@code application/problem+json} (RFC 9457). */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final int BAD_REQUEST = 400;
    private static final int INTERNAL_ERROR = 500;

    private Problems() {}

    static void answer(RoutingContext context, int status, String detail) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Cache-Control", "no-store")
                .end(new JsonObject()
                        .put("type", "about:blank")
                        .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
                        .put("status", status)
                        .put("detail", detail)
                        .toBuffer());
    }

    static void notFound(RoutingContext context) {
        answer(context, 404, "there is nothing at " + context.request().path());
    }

    static void notAllowed(RoutingContext context) {
        context.response().putHeader("Allow", "GET, HEAD");
        answer(context, 405, context.request().method() + " is not allowed here");
    }

    private static int status(RoutingContext context) {
        if (context.failure() instanceof BadRequestException) {
            return BAD_REQUEST;
        }
        return context.statusCode() < BAD_REQUEST ? INTERNAL_ERROR : context.statusCode();
    }

    /** What a handler threw: its own status if it has one, else a fault of ours that only the log explains. */
    static void failed(RoutingContext context) {
        if (context.response().headWritten()) {
            context.response().reset();
            return;
        }
        int status = status(context);
        if (status < INTERNAL_ERROR) {
            Throwable cause = context.failure();
            String message = cause == null ? null : cause.getMessage();
            answer(context, status, message == null ? "this request cannot be answered" : message);
        } else {
            LOG.warn(
                    "{} {} failed",
                    context.request().method(),
                    context.request().path(),
                    context.failure());
            answer(context, status, "the evaluator failed; its log says why");
        }
    }
}
