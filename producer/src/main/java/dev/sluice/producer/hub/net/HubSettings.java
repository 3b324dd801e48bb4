package dev.sluice.producer.hub.net;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the hub is, who asks, and where its files are kept: what {@code huggingface_hub} takes from the environment,
 * under the same names.
 *
 * @param endpoint of the hub, without a slash at its end
 * @param cache folder of the repositories
 * @param token null for an anonymous user
 * @param offline never ask the hub
 */
public record HubSettings(
        URI endpoint, Path cache, @Nullable Token token, boolean offline, Proxies proxies) {

    private static final String STANDARD_ENDPOINT = "https://huggingface.co";
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    /**
     * @param environment with {@code HF_ENDPOINT}, {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_TOKEN},
     *     {@code HF_TOKEN_PATH}, {@code HF_HUB_OFFLINE}, {@code HTTPS_PROXY} and the like
     * @param home of the user
     * @throws HubException that names every wrong value
     */
    public static HubSettings of(Map<String, String> environment, Path home) {
        Reader reader = new Reader(environment, home);
        HubSettings settings =
                new HubSettings(reader.endpoint(), reader.cache(), reader.token(), reader.offline(), reader.proxies());
        if (!reader.problems.isEmpty()) {
            throw new HubException(reader.problems.stream().distinct().collect(Collectors.joining("; ")));
        }
        return settings;
    }

    /** The values of one environment; what is wrong with them is collected. */
    private static final class Reader {
        private final Map<String, String> environment;
        private final Path home;
        private final List<String> problems = new ArrayList<>();

        Reader(Map<String, String> environment, Path home) {
            this.environment = environment;
            this.home = home;
        }

        private @Nullable String get(String... names) {
            return Stream.of(names)
                    .map(environment::get)
                    .filter(value -> value != null && !value.isBlank())
                    .findFirst()
                    .orElse(null);
        }

        private Path path(String name, Path standard) {
            String value = get(name);
            if (value == null) {
                return standard;
            }
            return value.equals("~") || value.startsWith("~/")
                    ? home.resolve(value.substring(Math.min(2, value.length())))
                    : Path.of(value).toAbsolutePath();
        }

        private Path hfHome() {
            return path(
                    "HF_HOME", path("XDG_CACHE_HOME", home.resolve(".cache")).resolve("huggingface"));
        }

        Path cache() {
            return path("HF_HUB_CACHE", path("HUGGINGFACE_HUB_CACHE", hfHome().resolve("hub")));
        }

        URI endpoint() {
            String value = Objects.requireNonNullElse(get("HF_ENDPOINT"), STANDARD_ENDPOINT)
                    .replaceAll("/+$", "");
            if (!Proxies.isHttpAddress(value)) {
                problems.add("HF_ENDPOINT must be an address like " + STANDARD_ENDPOINT + ", got '" + value + "'");
                return URI.create(STANDARD_ENDPOINT);
            }
            return URI.create(value);
        }

        boolean offline() {
            return isTrue("HF_HUB_OFFLINE") || isTrue("TRANSFORMERS_OFFLINE");
        }

        private boolean isTrue(String name) {
            String value = get(name);
            return value != null && TRUE.contains(value.toUpperCase(Locale.ROOT));
        }

        @Nullable
        Token token() {
            if (isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
                return null;
            }
            String given = get("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
            Path file = path("HF_TOKEN_PATH", hfHome().resolve("token"));
            String secret = given == null ? stored(file) : given.strip();
            if (secret.isEmpty()) {
                return null;
            }
            if (!Token.isUsable(secret)) {
                problems.add((given == null ? file.toString() : "HF_TOKEN")
                        + " must hold a token of visible ASCII characters, got something else");
                return null;
            }
            return new Token(secret);
        }

        private String stored(Path file) {
            try {
                return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
            } catch (IOException e) {
                problems.add(file + " must be a token file that can be read: " + e.getMessage());
                return "";
            }
        }

        Proxies proxies() {
            return Proxies.of(environment, problems);
        }
    }
}
