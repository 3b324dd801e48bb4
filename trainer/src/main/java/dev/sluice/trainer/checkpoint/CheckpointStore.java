package dev.sluice.trainer.checkpoint;

import static java.nio.file.StandardOpenOption.READ;

import dev.sluice.producer.hash.Sha256;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.SafetensorsException;
import dev.sluice.producer.tensor.SafetensorsWriter;
import dev.sluice.trainer.checkpoint.CheckpointException.Fault;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.CheckpointManifest.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of checkpoints: {@code <variant>/<variant>.g<generation>.s<step>.<sha256>.safetensors}. A file is whole
 * once it has its name, and never changes under it; whether it counts, its manifest on {@code sluice.checkpoints} says.
 */
public final class CheckpointStore {
    static final String SUFFIX = ".safetensors";
    private static final String TEMPORARY = ".tmp";
    private static final int DELETIONS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

    private final Path root;

    public CheckpointStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * Writes a file and returns when it and its name are on the disk. Equal states give the same file.
     *
     * @throws IOException if the disk does not take it; the files already there are untouched
     */
    public StoredFile write(CheckpointHeader header, CapturedState state) throws IOException {
        Path folder = Files.createDirectories(root.resolve(header.spec().id()));
        Path temporary = Files.createTempFile(folder, ".", TEMPORARY);
        try {
            SafetensorsWriter writer = new SafetensorsWriter().metadata(header.toMetadata());
            state.addTo(writer);
            String sha256 = writeForced(writer, temporary);
            Path target = folder.resolve(name(header, sha256));
            long bytes = Files.size(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            force(folder);
            return new StoredFile(relative(target), bytes, sha256);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static String name(CheckpointHeader header, String sha256) {
        return String.format(
                Locale.ROOT,
                "%s.g%d.s%010d.%s%s",
                header.spec().id(),
                header.generation(),
                header.step(),
                sha256,
                SUFFIX);
    }

    private static String writeForced(SafetensorsWriter writer, Path file) throws IOException {
        try (HashingChannel channel = HashingChannel.open(file)) {
            writer.writeTo(channel);
            return channel.finish();
        }
    }

    /** Makes the folder's names durable, on file systems where a folder can be opened. */
    private static void force(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * Opens what a manifest speaks of, after its size, SHA-256 and header were compared with the manifest.
     *
     * @throws CheckpointException if the file is missing, torn, or another state's
     */
    public StoredCheckpoint open(CheckpointManifest manifest) {
        Path file = root.resolve(manifest.file()).normalize();
        if (!file.startsWith(root)) {
            throw new CheckpointException(
                    Fault.FOREIGN, "manifest.file must be below the checkpoint folder, got " + manifest.file());
        }
        StoredCheckpoint stored = open(file, manifest.bytes(), manifest.sha256());
        stored.header().require(manifest);
        return stored;
    }

    /**
     * Opens the newest checkpoint of a variant's folder, committed or not: the highest generation, then step.
     *
     * @throws CheckpointException if that file is torn or foreign
     */
    public Optional<StoredCheckpoint> latest(Path variantFolder) {
        return checkpoints(variantFolder).stream()
                .max(Comparator.naturalOrder())
                .map(name -> openNamed(name.path()));
    }

    /**
     * Opens a file that has its SHA-256 in its name.
     *
     * @throws CheckpointException if it is missing, torn or no checkpoint
     */
    public StoredCheckpoint openNamed(Path file) {
        FileName name = FileName.of(file)
                .orElseThrow(() -> new CheckpointException(
                        Fault.FOREIGN,
                        file + ": not a checkpoint: the name must be " + "<variant>.g<generation>.s<step>.<sha256>"
                                + SUFFIX));
        return open(file.toAbsolutePath().normalize(), -1, name.sha256());
    }

    private StoredCheckpoint open(Path file, long expectedBytes, String expectedSha256) {
        try {
            long bytes = Files.size(file);
            if (expectedBytes >= 0 && bytes != expectedBytes) {
                throw new CheckpointException(
                        Fault.TORN, file + ": torn: bytes must be " + expectedBytes + ", got " + bytes);
            }
            String sha256 = Sha256.hex(file);
            if (!sha256.equals(expectedSha256)) {
                throw new CheckpointException(
                        Fault.TORN, file + ": torn: sha256 must be " + expectedSha256 + ", got " + sha256);
            }
            Safetensors content = Safetensors.open(file);
            CheckpointHeader header = CheckpointHeader.fromMetadata(file.toString(), content.metadata());
            return new StoredCheckpoint(relative(file), bytes, sha256, header, content);
        } catch (NoSuchFileException e) {
            throw new CheckpointException(Fault.MISSING, file + ": missing", e);
        } catch (SafetensorsException e) {
            throw new CheckpointException(Fault.FOREIGN, file + ": not a checkpoint: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CheckpointException(Fault.TORN, file + ": cannot be read: " + e, e);
        }
    }

    /** Deletes what a variant no longer needs: every file but those of the manifest and of its predecessor. */
    public void retainOnly(CheckpointManifest manifest) throws IOException {
        CheckpointManifest previous = manifest.previous();
        Set<String> kept = previous == null ? Set.of(manifest.file()) : Set.of(manifest.file(), previous.file());
        Path folder = root.resolve(manifest.spec().id());
        for (FileName name : checkpoints(folder)) {
            if (!kept.contains(relative(name.path()))) {
                Files.deleteIfExists(name.path());
            }
        }
    }

    /** Deletes what a killed owner left half written; only for who has fenced every other owner. */
    public void deleteTemporaries(String variant) throws IOException {
        Path folder = root.resolve(variant);
        if (Files.isDirectory(folder)) {
            deleteFiles(folder, file -> file.getFileName().toString().endsWith(TEMPORARY));
        }
    }

    private static void deleteFiles(Path folder, Predicate<Path> choice) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files.filter(choice)::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** True if anything of the variant is here. */
    public boolean has(String variant) {
        return Files.isDirectory(root.resolve(variant));
    }

    /**
     * Deletes all that a variant has, what others wrote beside its checkpoints too; only for who has fenced every owner.
     * Others may write on meanwhile. If they do so at every attempt, the folder stays, and {@link #has} says so.
     */
    public void deleteAll(String variant) throws IOException {
        Path folder = root.resolve(variant);
        for (int attempt = 0; attempt < DELETIONS && Files.isDirectory(folder); attempt++) {
            try {
                deleteFiles(folder, file -> true);
                Files.deleteIfExists(folder);
            } catch (DirectoryNotEmptyException e) {
                LOG.debug("a file came while the checkpoint folder of {} was deleted", variant);
            }
        }
    }

    static List<FileName> checkpoints(Path folder) {
        List<FileName> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> FileName.of(file).ifPresent(names::add));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
        return names;
    }

    private String relative(Path file) {
        return file.startsWith(root) ? root.relativize(file).toString().replace('\\', '/') : file.toString();
    }
}
