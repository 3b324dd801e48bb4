package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.HubSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A hub's client with an environment of its own, that waits for nothing and remembers what it says. */
final class TestClient implements HubListener {
    static final int RANGE_BYTES = 16 << 10;

    final List<String> said = new CopyOnWriteArrayList<>();
    final List<Duration> pauses = new CopyOnWriteArrayList<>();
    volatile long have;
    volatile long all;

    private final Map<String, String> environment = new HashMap<>();
    private final Path home;

    TestClient(URI endpoint, Path home) {
        this.home = home;
        environment.put("HF_ENDPOINT", endpoint.toString());
    }

    TestClient with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Path cache() {
        return home.resolve(".cache/huggingface/hub");
    }

    Hub hub() {
        return new Hub(() -> HubSettings.of(environment, home), this, pauses::add, RANGE_BYTES);
    }

    ModelSource model(String name) {
        try {
            return ModelSource.resolve(name, home.resolve("sample"), hub());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void say(String line) {
        said.add(line);
    }

    @Override
    public void progress(String what, long arrived, long total) {
        have = arrived;
        all = total;
    }

    @Override
    public void done() {}
}
