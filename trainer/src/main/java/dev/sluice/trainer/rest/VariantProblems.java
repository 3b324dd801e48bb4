package dev.sluice.trainer.rest;

import dev.sluice.producer.service.Problem;
import dev.sluice.trainer.dictionary.Violation;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.validation.ValidatorErrorType;
import io.vertx.openapi.validation.ValidatorException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The problems of the variants' resource. */
final class VariantProblems {
    private static final Logger LOG = LoggerFactory.getLogger(VariantProblems.class);

    private VariantProblems() {}

    static Problem notFound(String id) {
        return new Problem(Problem.NOT_FOUND, "there is no variant " + id);
    }

    static Problem refused(List<Violation> violations, Map<String, Object> members) {
        Map<String, Object> all = new HashMap<>(members);
        all.put("violations", violations);
        return new Problem(Problem.UNPROCESSABLE, Violation.sentences(violations), all);
    }

    /** What a handler's failure stands for: a breach of the contract, a body that is too long, a log that is silent. */
    static Optional<Problem> of(RoutingContext context) {
        Throwable cause = context.failure();
        if (cause instanceof HttpException http && http.getCause() instanceof ValidatorException breach) {
            return Optional.of(breached(context, breach));
        }
        if (context.statusCode() == Problem.PAYLOAD_TOO_LARGE) {
            String rule = "the body must have at most " + VariantsRouter.MOST_BYTES + " bytes";
            return Optional.of(new Problem(Problem.PAYLOAD_TOO_LARGE, rule));
        }
        if (cause instanceof KafkaException) {
            String path = context.request().path();
            LOG.warn("{} {}: no answer from Kafka", context.request().method(), path, cause);
            return Optional.of(new Problem(Problem.UNAVAILABLE, "the log does not answer; try again"));
        }
        return Optional.empty();
    }

    private static Problem breached(RoutingContext context, ValidatorException breach) {
        boolean format = breach.type() == ValidatorErrorType.UNSUPPORTED_VALUE_FORMAT
                && context.request().getHeader("Content-Type") != null;
        String message = Objects.requireNonNullElseGet(breach.getMessage(), breach::toString);
        return new Problem(format ? Problem.UNSUPPORTED_MEDIA_TYPE : Problem.BAD_REQUEST, message);
    }
}
