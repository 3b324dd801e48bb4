package dev.sluice.trainer.rest;

import dev.sluice.producer.service.Problem;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses changes that a browser asks for on behalf of another site. Without a token, whoever gets a browser of this
 * machine to open a page could otherwise change the variants: by a plain form, or by a name that is made to point here.
 */
final class OwnSite implements Handler<RoutingContext> {
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?");

    private final boolean loopbackOnly;

    /** @param loopbackOnly whether the address must be a loopback one */
    OwnSite(boolean loopbackOnly) {
        this.loopbackOnly = loopbackOnly;
    }

    @Override
    public void handle(RoutingContext context) {
        String origin = context.request().getHeader("Origin");
        String host = Objects.requireNonNullElse(context.request().getHeader("Host"), "");
        if (READING.contains(context.request().method())) {
            context.next();
        } else if (loopbackOnly && !LOOPBACK.matcher(host).matches()) {
            refuse(context, "Host must be a loopback address, got " + host);
        } else if (origin != null && !host.equals(authority(origin))) {
            refuse(context, "Origin must be this site, " + host + ", got " + origin);
        } else {
            context.next();
        }
    }

    private static void refuse(RoutingContext context, String reason) {
        new Problem(Problem.FORBIDDEN, reason).answer(context);
    }

    private static @Nullable String authority(String origin) {
        try {
            return URI.create(origin).getAuthority();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
