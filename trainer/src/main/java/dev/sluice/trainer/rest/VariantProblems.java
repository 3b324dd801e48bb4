package dev.sluice.trainer.rest;

import dev.sluice.producer.contract.Json;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.validation.ValidatorErrorType;
import io.vertx.openapi.validation.ValidatorException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors of the variants' resource as {@code application/problem+json} (RFC 9457). */
final class VariantProblems {
    private static final Logger LOG = LoggerFactory.getLogger(VariantProblems.class);
    private static final int BAD_REQUEST = 400;
    private static final int PAYLOAD_TOO_LARGE = 413;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;
    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    private VariantProblems() {}

    static void answer(RoutingContext context, int status, String detail) {
        answer(context, status, detail, Map.of());
    }

    private static void answer(RoutingContext context, int status, String detail, Map<String, Object> members) {
        Map<String, Object> problem = new LinkedHashMap<>(members);
        problem.put("type", "about:blank");
        problem.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        problem.put("status", status);
        problem.put("detail", detail);
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(Buffer.buffer(Json.write(problem)));
    }

    /** What a handler failed with: a refusal, a breach of the contract, or a fault that only the log explains. */
    static void failed(RoutingContext context) {
        Throwable cause = context.failure();
        if (context.response().headWritten()) {
            context.response().reset();
        } else if (cause instanceof ProblemException problem) {
            answer(context, problem.status(), message(problem), problem.members());
        } else if (cause instanceof HttpException http && http.getCause() instanceof ValidatorException breach) {
            breached(context, breach);
        } else if (context.statusCode() == PAYLOAD_TOO_LARGE) {
            answer(context, PAYLOAD_TOO_LARGE, "the body must have at most " + VariantsRouter.MOST_BYTES + " bytes");
        } else if (cause instanceof KafkaException) {
            LOG.warn(
                    "{} {}: no answer from Kafka",
                    context.request().method(),
                    context.request().path(),
                    cause);
            context.response().putHeader("Retry-After", "5");
            answer(context, UNAVAILABLE, "the log does not answer; try again");
        } else if (context.statusCode() >= BAD_REQUEST && context.statusCode() < INTERNAL_ERROR) {
            answer(context, context.statusCode(), cause == null ? "this request cannot be answered" : message(cause));
        } else {
            LOG.warn(
                    "{} {} failed",
                    context.request().method(),
                    context.request().path(),
                    cause);
            answer(context, INTERNAL_ERROR, "the request failed; the server's log says why");
        }
    }

    private static void breached(RoutingContext context, ValidatorException breach) {
        boolean format = breach.type() == ValidatorErrorType.UNSUPPORTED_VALUE_FORMAT
                && context.request().getHeader("Content-Type") != null;
        answer(context, format ? UNSUPPORTED_MEDIA_TYPE : BAD_REQUEST, message(breach));
    }

    private static String message(Throwable cause) {
        return Objects.requireNonNullElseGet(cause.getMessage(), cause::toString);
    }
}
