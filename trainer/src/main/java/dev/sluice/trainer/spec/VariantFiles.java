package dev.sluice.trainer.spec;

import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One file of variants, or a folder of them: its {@code .yaml}, {@code .yml} and {@code .json} files by name. */
public final class VariantFiles {
    /** Kubernetes mounts a ConfigMap with entries of its own that begin with a dot. */
    private static final Pattern NAME = Pattern.compile("[^.].*\\.(yaml|yml|json)");

    private VariantFiles() {}

    /**
     * The variants in order.
     *
     * @throws VariantFileException if one cannot be trained, or an id is used twice
     */
    public static List<VariantSpec> read(Path place, VariantFile reader) {
        if (!Files.isDirectory(place)) {
            return reader.read(place);
        }
        List<VariantSpec> all = new ArrayList<>();
        Map<String, Path> files = new HashMap<>();
        List<Violation> violations = new ArrayList<>();
        for (Path file : files(place)) {
            try {
                for (VariantSpec spec : reader.read(file)) {
                    Path other = files.putIfAbsent(spec.id(), file);
                    if (other != null) {
                        violations.add(Violation.of(
                                "id", spec.id() + " must be used once only, is in " + other + " and " + file));
                    }
                    all.add(spec);
                }
            } catch (VariantFileException e) {
                e.violations().forEach(violation -> violations.add(violation.in(String.valueOf(file.getFileName()))));
            }
        }
        if (!violations.isEmpty()) {
            throw new VariantFileException(place.toString(), violations);
        }
        return all;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry ->
                            NAME.matcher(String.valueOf(entry.getFileName())).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }
}
