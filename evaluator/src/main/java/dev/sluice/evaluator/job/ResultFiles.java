package dev.sluice.evaluator.job;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.trainer.contract.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What is too large for a record, beside the checkpoint: {@code <checkpoint without its extension>.<job>.<extension>}.
 * The folder is the trainer's to make and to delete.
 */
final class ResultFiles {
    private static final String CHECKPOINT = ".safetensors";

    /** Not a trainer's temporary file, which the variant's next owner deletes. */
    private static final String PART = ".part";

    private final Path root;

    ResultFiles(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Writes a file whole or not at all; its name relative to the checkpoint folder. */
    String write(CheckpointManifest of, JobResult.Key key, Findings.LargeFile file) throws IOException {
        String beside = of.file().endsWith(CHECKPOINT)
                ? of.file().substring(0, of.file().length() - CHECKPOINT.length())
                : of.file();
        String name = beside + "." + key.job() + "." + file.extension();
        Path target = below(name);
        Path temporary = target.resolveSibling(target.getFileName() + PART);
        try {
            file.content().writeTo(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return name;
    }

    void delete(String file) throws IOException {
        Files.deleteIfExists(below(file));
    }

    /** @throws IOException if it is not: a name from a topic leads nowhere else */
    private Path below(String file) throws IOException {
        Path path = root.resolve(file).normalize();
        if (!path.startsWith(root) || path.equals(root)) {
            throw new IOException("the file of a result must be below the checkpoint folder, got " + file);
        }
        return path;
    }
}
