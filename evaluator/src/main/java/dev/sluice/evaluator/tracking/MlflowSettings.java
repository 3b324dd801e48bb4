package dev.sluice.evaluator.tracking;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server of MLflow, as MLflow's own clients are told of it.
 *
 * @param server its address, without a slash at the end
 * @param experiment name
 * @param authorization header, null for none; never shown
 */
record MlflowSettings(
        URI server, String experiment, @Nullable String authorization) {
    private static final String ADDRESS = "MLFLOW_TRACKING_URI";
    private static final String EXPERIMENT = "sluice";

    /**
     * From {@code MLFLOW_TRACKING_URI}, {@code MLFLOW_EXPERIMENT_NAME}, {@code MLFLOW_TRACKING_TOKEN}, or {@code _USERNAME}
     * and {@code _PASSWORD}; empty if the first is not set.
     *
     * @throws TrackingException if it names no server
     */
    static Optional<MlflowSettings> of(Map<String, String> environment) {
        String address = environment.getOrDefault(ADDRESS, "").strip();
        if (address.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new MlflowSettings(
                server(address),
                environment.getOrDefault("MLFLOW_EXPERIMENT_NAME", EXPERIMENT),
                authorization(environment)));
    }

    private static URI server(String address) {
        try {
            URI server = new URI(address.replaceAll("/+$", ""));
            if (server.getHost() != null
                    && ("http".equalsIgnoreCase(server.getScheme()) || "https".equalsIgnoreCase(server.getScheme()))) {
                return server;
            }
        } catch (URISyntaxException e) {
            throw notOne(address, e);
        }
        throw notOne(address, null);
    }

    private static TrackingException notOne(String address, @Nullable Throwable cause) {
        return new TrackingException(
                ADDRESS + " must be the address of a server, http://HOST:PORT, got " + address, cause);
    }

    private static @Nullable String authorization(Map<String, String> environment) {
        String token = environment.get("MLFLOW_TRACKING_TOKEN");
        String user = environment.get("MLFLOW_TRACKING_USERNAME");
        if (user != null) {
            String pair = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
            return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        }
        return token == null ? null : "Bearer " + token;
    }
}
