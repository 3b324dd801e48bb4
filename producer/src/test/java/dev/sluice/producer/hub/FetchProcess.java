package dev.sluice.producer.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Fetches a model in a JVM of its own, so that it can be killed. */
final class FetchProcess {
    private FetchProcess() {}

    /** @param args endpoint, home folder, name, variables as {@code NAME=value} */
    public static void main(String[] args) {
        TestClient client = new TestClient(URI.create(args[0]), Path.of(args[1]));
        for (String variable : Arrays.asList(args).subList(3, args.length)) {
            int end = variable.indexOf('=');
            client.with(variable.substring(0, end), variable.substring(end + 1));
        }
        System.out.println(client.model(args[2]).revision());
    }

    static Process start(URI endpoint, Path home, String name, Path log, String... variables) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FetchProcess.class.getName(),
                endpoint.toString(),
                home.toString(),
                name));
        command.addAll(List.of(variables));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}
