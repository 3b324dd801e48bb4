package dev.sluice.producer.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Fetches a model in a JVM of its own, so that it can be killed. */
final class FetchProcess {
    private FetchProcess() {}

    /** @param args endpoint, home folder, name */
    public static void main(String[] args) {
        System.out.println(new TestClient(URI.create(args[0]), Path.of(args[1]))
                .model(args[2])
                .revision());
    }

    static Process start(URI endpoint, Path home, String name, Path log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FetchProcess.class.getName(),
                        endpoint.toString(),
                        home.toString(),
                        name)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}
