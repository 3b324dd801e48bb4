package dev.sluice.producer.service;

import dev.sluice.producer.hash.Sha256;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The secret that callers of protected routes send as {@code Authorization: Bearer TOKEN}. Kept as a digest only. */
public final class BearerToken {
    private static final String SCHEME = "bearer ";
    private static final String RULE =
            "a file with one token of 16 to 4096 letters, digits and -._~+/=, e.g. of `openssl rand -hex 32`";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9\\-._~+/=]{16,4096}");
    private static final int MOST_BYTES = 8192;

    private final byte[] digest;

    private BearerToken(String token) {
        digest = sha256(token);
    }

    /**
     * Reads the token, white space around it aside.
     *
     * @throws ConfigurationException if there is no such file, or what it holds is no token; never quotes it
     */
    public static BearerToken read(Path file) {
        try {
            String text = Files.size(file) > MOST_BYTES ? "" : Files.readString(file, StandardCharsets.UTF_8);
            if (!TOKEN.matcher(text.strip()).matches()) {
                throw new ConfigurationException(List.of("http.token-file must be " + RULE + "; the content of " + file
                        + " is too short, too long or has other characters"));
            }
            return new BearerToken(text.strip());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "http.token-file must be " + RULE + "; cannot read " + file + ": "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    /** Lets requests with the token pass; answers 401 to all others. */
    public Handler<RoutingContext> handler() {
        return context -> {
            if (admits(context.request().getHeader("Authorization"))) {
                context.next();
            } else {
                refuse(context);
            }
        };
    }

    /** In a time that does not depend on how much of the token is right. */
    private boolean admits(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        return MessageDigest.isEqual(
                digest, sha256(authorization.substring(SCHEME.length()).strip()));
    }

    private static void refuse(RoutingContext context) {
        context.response().putHeader("WWW-Authenticate", "Bearer");
        new Problem(Problem.UNAUTHORIZED, "this needs the header Authorization: Bearer TOKEN with this server's token")
                .answer(context);
    }

    private static byte[] sha256(String text) {
        return Sha256.start().digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
