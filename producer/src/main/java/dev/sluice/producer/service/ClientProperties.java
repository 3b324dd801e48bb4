package dev.sluice.producer.service;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** A standard properties file of Kafka clients: TLS, SASL and whatever else a cluster asks for. */
record ClientProperties(Map<String, String> values) {
    private static final String HIDDEN = "***";

    static ClientProperties read(String file) throws IOException {
        try (Reader text = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
            return new ClientProperties(ConfigurationFile.properties(text));
        }
    }

    ClientProperties {
        values = Map.copyOf(values);
    }

    /** For logs: only what Kafka knows and does not call a password is shown. */
    @Override
    public String toString() {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + (isOpen(entry.getKey()) ? entry.getValue() : HIDDEN))
                        .collect(Collectors.joining(", "));
    }

    private static boolean isOpen(String name) {
        return Stream.of(ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef())
                .map(known -> known.configKeys().get(name))
                .anyMatch(key -> key != null && key.type != ConfigDef.Type.PASSWORD);
    }
}
