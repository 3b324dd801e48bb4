package dev.sluice.producer.corpus;

import dev.sluice.producer.corpus.parquet.ParquetFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Opens a corpus by what a user writes after {@code --corpus}. */
public final class Corpora {

    private static final String SUPPORTED =
            ".jsonl, .json (one object a line; also .gz, .zst), .parquet, or a folder of"
                    + " .parquet, of .jsonl, or of .txt and .md files";

    private static final Format PARQUET = new Format(ParquetFile::new, List.of(".parquet"));
    private static final Format JSON_LINES =
            new Format(JsonLinesFile::new, List.of(".jsonl", ".jsonl.gz", ".jsonl.zst"));
    private static final Format JSON = new Format(JsonLinesFile::new, List.of(".json", ".json.gz", ".json.zst"));
    private static final Format TEXT = new Format(TextFile::new, List.of(".txt", ".md"));

    private Corpora() {}

    /**
     * Opens {@code sample}, a JSONL or Parquet file, or a folder. A folder is read as the first of these that it holds,
     * at any depth and in the order of paths: Parquet, JSONL, text. Names that begin with a dot are passed over.
     *
     * @throws CorpusException if there is no such corpus, or nothing in it can be read
     */
    public static Corpus open(String location) {
        if (location.equals(BundledSample.NAME)) {
            return BundledSample.corpus();
        }
        Path path = path(location);
        if (Files.isDirectory(path)) {
            return folder(path);
        }
        if (!Files.exists(path)) {
            throw new CorpusException("corpus must be '" + BundledSample.NAME + "' or an existing file or folder, got '"
                    + location + "'");
        }
        if (!Files.isRegularFile(path)) {
            throw new CorpusException("corpus must be a regular file or a folder, got '" + location + "'");
        }
        return file(path);
    }

    /**
     * Opens Parquet files whose content a revision stands for.
     *
     * @param revision the corpus' digest
     * @param root that the files are below
     * @param files paths below the root, with forward slashes, in the order to read them
     */
    public static Corpus parquet(String name, String revision, Path root, List<String> files) {
        return FileCorpus.ofRevision(
                name,
                revision,
                files.stream()
                        .<RowFile>map(file -> new ParquetFile(root.resolve(file), file))
                        .toList());
    }

    private static Path path(String location) {
        if (location.isBlank()) {
            throw new CorpusException("corpus must name '" + BundledSample.NAME + "', a file or a folder, got nothing");
        }
        try {
            return Path.of(location);
        } catch (InvalidPathException e) {
            throw new CorpusException("corpus must be a path, got '" + location + "': " + e.getReason(), e);
        }
    }

    private static Corpus file(Path path) {
        String name = fileName(path);
        if (PARQUET.holds(path)) {
            return FileCorpus.ofFile(name, PARQUET.file().apply(path, name));
        }
        if (JSON_LINES.holds(path) || JSON.holds(path)) {
            return FileCorpus.ofFile(name, JSON_LINES.file().apply(path, name));
        }
        throw new CorpusException(path + ": the extension of '" + name + "' is not known; supported: " + SUPPORTED);
    }

    private static Corpus folder(Path root) {
        List<Path> files = files(root);
        for (Format format : List.of(PARQUET, JSON_LINES, TEXT)) {
            List<RowFile> held = files.stream()
                    .filter(format::holds)
                    .map(p -> format.file().apply(p, below(root, p)))
                    .toList();
            if (!held.isEmpty()) {
                return FileCorpus.ofFolder(fileName(root.toAbsolutePath().normalize()), held);
            }
        }
        throw new CorpusException(
                root + ": none of its " + files.size() + " files can be read; supported: " + SUPPORTED);
    }

    private static List<Path> files(Path root) {
        try (Stream<Path> walk = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            return walk.filter(Files::isRegularFile)
                    .filter(p -> !hidden(root.relativize(p)))
                    .sorted(Comparator.comparing(p -> below(root, p)))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            String loop = e.getCause() instanceof FileSystemLoopException ? " (a link that leads back into it)" : "";
            throw new CorpusException(root + ": the folder cannot be listed" + loop + ": " + e.getMessage(), e);
        }
    }

    private static boolean hidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** The path below the root with forward slashes: the order and identity of files do not depend on the platform. */
    private static String below(Path root, Path file) {
        return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }

    private static String fileName(Path path) {
        Path last = path.getFileName();
        return last == null ? path.toString() : last.toString();
    }

    /** How files with these extensions, in lower case, are read. */
    private record Format(BiFunction<Path, String, RowFile> file, List<String> extensions) {

        boolean holds(Path path) {
            String name = fileName(path).toLowerCase(Locale.ROOT);
            return extensions.stream().anyMatch(name::endsWith);
        }
    }
}
