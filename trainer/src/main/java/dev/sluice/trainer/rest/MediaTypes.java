package dev.sluice.trainer.rest;

import dev.sluice.producer.service.Problem;
import io.vertx.core.Handler;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** What a request brings and what it takes. */
final class MediaTypes {
    private static final Set<String> YAML = Set.of("application/yaml", "application/x-yaml", "text/yaml");
    private static final String JSON = "application/json";

    private MediaTypes() {}

    /**
     * Whether the body says that it is JSON; else it is YAML.
     *
     * @throws Problem with 415 if it says neither
     */
    static boolean isJson(RoutingContext context) {
        String header = Objects.requireNonNullElse(context.request().getHeader("Content-Type"), "");
        String type = header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!type.equals(JSON) && !YAML.contains(type)) {
            throw new Problem(
                    Problem.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type must be application/json or application/yaml, got " + header);
        }
        return type.equals(JSON);
    }

    /** Answers 406 to who takes neither this type nor the problems that may come instead. */
    static Handler<RoutingContext> acceptable(String produced) {
        return context -> {
            List<MIMEHeader> accepted = context.parsedHeaders().accept();
            if (accepted.isEmpty() || accepted.stream().anyMatch(header -> takes(header, produced))) {
                context.next();
            } else {
                String found = context.request().getHeader("Accept");
                new Problem(Problem.NOT_ACCEPTABLE, "Accept must take " + produced + ", got " + found).answer(context);
            }
        };
    }

    private static boolean takes(MIMEHeader header, String produced) {
        String[] parts = produced.split("/", 2);
        return header.weight() > 0
                && Set.of("*", parts[0]).contains(header.component())
                && Set.of("*", parts[1]).contains(header.subComponent());
    }
}
