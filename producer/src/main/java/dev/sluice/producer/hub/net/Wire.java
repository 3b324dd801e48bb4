package dev.sluice.producer.hub.net;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request at a time, without following redirects. The token goes to the hub's own origin and nowhere else. A
 * connection that brings nothing for some seconds has failed.
 */
public final class Wire {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(15);

    private final URI endpoint;
    private final @Nullable Token token;
    private final Proxies proxies;
    private final HttpClient client;

    public Wire(HubSettings settings) {
        endpoint = settings.endpoint();
        token = settings.token();
        proxies = settings.proxies();
        // One connection for each range: with HTTP/2 they would share one, and its losses.
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT);
        proxies.configure(builder);
        client = builder.build();
    }

    public HttpRequest.Builder request(URI target) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target).header("User-Agent", "sluice").header("Accept-Encoding", "identity");
        proxies.sign(request, target);
        if (token != null && isHub(target)) {
            token.sign(request);
        }
        return request;
    }

    /** Whether an address has the hub's scheme, host and port. */
    public boolean isHub(URI target) {
        return endpoint.getScheme().equals(target.getScheme())
                && endpoint.getHost().equalsIgnoreCase(target.getHost())
                && endpoint.getPort() == target.getPort();
    }

    /**
     * Where a redirect leads.
     *
     * @throws IOException if it leads nowhere, or from TLS into the open
     */
    public static URI redirect(HttpResponse<?> answer) throws IOException {
        String location = answer.headers().firstValue("Location").orElse("");
        try {
            URI target = answer.uri().resolve(location);
            boolean safe = "https".equals(target.getScheme())
                    || ("http".equals(target.getScheme())
                            && "http".equals(answer.uri().getScheme()));
            if (!location.isEmpty() && safe && target.getHost() != null) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(answer.uri().getHost() + " redirects to no address: '" + location + "'", e);
        }
        throw new IOException(
                answer.uri().getHost() + " must redirect to an address that is as safe, got '" + location + "'");
    }

    public static boolean isRedirect(HttpResponse<?> answer) {
        int status = answer.statusCode();
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /**
     * Waits as long as something arrives.
     *
     * @param arrived bytes of the answer so far
     * @throws IOException if the connection fails, ends early or stalls
     */
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body, LongSupplier arrived) throws IOException {
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, body);
        try {
            long before = arrived.getAsLong();
            while (true) {
                try {
                    return answer.get(STALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (arrived.getAsLong() == before) {
                        throw new HttpTimeoutException(
                                request.uri().getHost() + " sent nothing for " + STALL_LIMIT.toSeconds() + " seconds");
                    }
                    before = arrived.getAsLong();
                }
            }
        } catch (ExecutionException e) {
            throw failure(request, e.getCause());
        } catch (InterruptedException e) {
            throw Attempts.interrupted("the request to " + request.uri().getHost());
        } finally {
            answer.cancel(true);
        }
    }

    private static IOException failure(HttpRequest request, @Nullable Throwable cause) {
        String message = cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
        return new IOException(request.uri().getHost() + ": " + message, cause);
    }
}
