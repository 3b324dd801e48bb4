package dev.sluice.producer.hub;

import dev.sluice.producer.hash.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/** The revision of a model folder: SHA-256 over the lines {@code <name> <sha-256>} of its config and weights. */
final class ModelDigest {
    private ModelDigest() {}

    static String of(Path folder) throws IOException {
        MessageDigest all = Sha256.start();
        for (Path file : files(folder)) {
            String line = file.getFileName() + " " + Sha256.hex(file) + "\n";
            all.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.finish(all);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> isPart(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isPart(String name) {
        return name.equals("config.json") || name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json");
    }
}
