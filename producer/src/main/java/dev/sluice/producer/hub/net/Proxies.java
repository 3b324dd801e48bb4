package dev.sluice.producer.hub.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxies of {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} (lower case too), but for the hosts of
 * {@code NO_PROXY}: names that also stand for their subdomains, with or without a port, or {@code *} for all. Without
 * any of these the JVM's own settings ({@code https.proxyHost}) hold.
 */
final class Proxies {

    private static final String TUNNEL_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";
    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Map<String, URI> byScheme;
    private final List<String> direct;

    private Proxies(Map<String, URI> byScheme, List<String> direct) {
        this.byScheme = byScheme;
        this.direct = direct;
    }

    /** @param problems collects what is wrong */
    static Proxies of(Map<String, String> environment, List<String> problems) {
        Map<String, URI> proxies = new HashMap<>();
        for (String scheme : SCHEMES) {
            String own = scheme.toUpperCase(Locale.ROOT) + "_PROXY";
            String name = first(environment, own) == null ? "ALL_PROXY" : own;
            String value = first(environment, name);
            if (value == null) {
                continue;
            }
            String address = value.contains("://") ? value : "http://" + value;
            if (isHttpAddress(address)) {
                proxies.put(scheme, URI.create(address));
            } else {
                problems.add(name + " must be the address of an HTTP proxy like http://proxy:3128, got '"
                        + value.replaceFirst("//[^@/]*@", "//***@") + "'");
            }
        }
        String none = first(environment, "NO_PROXY");
        return new Proxies(
                Map.copyOf(proxies),
                none == null
                        ? List.of()
                        : Stream.of(none.toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
                                .filter(host -> !host.isEmpty())
                                .toList());
    }

    private static @Nullable String first(Map<String, String> environment, String name) {
        return Stream.of(name.toLowerCase(Locale.ROOT), name)
                .map(environment::get)
                .filter(value -> value != null && !value.isBlank())
                .map(String::strip)
                .findFirst()
                .orElse(null);
    }

    static boolean isHttpAddress(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getScheme() != null && SCHEMES.contains(uri.getScheme()) && uri.getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The proxy for an address, null to go there directly. */
    @Nullable
    URI proxy(URI target) {
        return isDirect(target) ? null : byScheme.get(target.getScheme());
    }

    private boolean isDirect(URI target) {
        String host = String.valueOf(target.getHost()).toLowerCase(Locale.ROOT);
        String withPort = host + ":" + port(target);
        return direct.stream().anyMatch(rule -> {
            String bare = rule.replaceFirst("^\\*?\\.", "");
            return rule.equals("*") || isWithin(host, bare) || isWithin(withPort, bare);
        });
    }

    private static boolean isWithin(String host, String domain) {
        return host.equals(domain) || host.endsWith("." + domain);
    }

    private static int port(URI address) {
        return address.getPort() >= 0
                ? address.getPort()
                : "https".equals(address.getScheme()) ? HTTPS_PORT : HTTP_PORT;
    }

    void configure(HttpClient.Builder client) {
        if (byScheme.isEmpty()) {
            client.proxy(ProxySelector.getDefault());
            return;
        }
        client.proxy(new Selector());
        // The JDK passes no password to the proxy of a TLS connection unless it was told so before its first request.
        if (System.getProperty(TUNNEL_SCHEMES) == null) {
            System.setProperty(TUNNEL_SCHEMES, "");
        }
    }

    /**
     * Tells the proxy of an address its user and password, if it has them; the JDK keeps that from the server behind. An
     * {@link java.net.Authenticator} would do so too, but would also make an error of every status 401.
     */
    void sign(HttpRequest.Builder request, URI target) {
        URI proxy = proxy(target);
        if (proxy != null && proxy.getUserInfo() != null) {
            byte[] user = proxy.getUserInfo().getBytes(StandardCharsets.UTF_8);
            request.header("Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
        }
    }

    private final class Selector extends ProxySelector {
        @Override
        public List<Proxy> select(URI target) {
            URI proxy = proxy(target);
            return List.of(
                    proxy == null
                            ? Proxy.NO_PROXY
                            : new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy))));
        }

        @Override
        public void connectFailed(URI target, SocketAddress proxy, IOException cause) {
            // the request fails with the same cause
        }
    }
}
