package dev.sluice.producer.corpus;

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
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Opens a corpus by what a user writes after {@code --corpus}. */
public final class Corpora {

    private static final String SUPPORTED =
            ".jsonl, .json (one object a line; also .gz, .zst), .parquet, or a folder of"
                    + " .parquet, of .jsonl, or of .txt and .md files";

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
        if (isParquet(name)) {
            return new FileCorpus(name, List.of(new ParquetFile(path, name)));
        }
        if (isJsonLines(name) || isJson(name)) {
            return new FileCorpus(name, List.of(new JsonLinesFile(path, name)));
        }
        throw new CorpusException(path + ": the extension of '" + name + "' is not known; supported: " + SUPPORTED);
    }

    private static Corpus folder(Path root) {
        List<Path> files = files(root);
        String name = fileName(root.toAbsolutePath().normalize());
        List<Path> parquet = having(files, Corpora::isParquet);
        if (!parquet.isEmpty()) {
            return new FileCorpus(
                    name,
                    parquet.stream()
                            .<RowFile>map(p -> new ParquetFile(p, below(root, p)))
                            .toList());
        }
        List<Path> jsonLines = having(files, Corpora::isJsonLines);
        if (!jsonLines.isEmpty()) {
            return new FileCorpus(
                    name,
                    jsonLines.stream()
                            .<RowFile>map(p -> new JsonLinesFile(p, below(root, p)))
                            .toList());
        }
        List<Path> text = having(files, Corpora::isText);
        if (text.isEmpty()) {
            throw new CorpusException(
                    root + ": none of its " + files.size() + " files can be read; supported: " + SUPPORTED);
        }
        return new FileCorpus(
                name,
                text.stream().<RowFile>map(p -> new TextFile(p, below(root, p))).toList());
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

    private static List<Path> having(List<Path> files, Predicate<String> name) {
        return files.stream().filter(p -> name.test(fileName(p))).toList();
    }

    /** The path below the root with forward slashes: the order and identity of files do not depend on the platform. */
    private static String below(Path root, Path file) {
        return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }

    private static String fileName(Path path) {
        Path last = path.getFileName();
        return last == null ? path.toString() : last.toString();
    }

    private static boolean isParquet(String name) {
        return ends(name, ".parquet");
    }

    private static boolean isJsonLines(String name) {
        return ends(name, ".jsonl") || ends(name, ".jsonl.gz") || ends(name, ".jsonl.zst");
    }

    private static boolean isJson(String name) {
        return ends(name, ".json") || ends(name, ".json.gz") || ends(name, ".json.zst");
    }

    private static boolean isText(String name) {
        return ends(name, ".txt") || ends(name, ".md");
    }

    private static boolean ends(String name, String extension) {
        return name.toLowerCase(Locale.ROOT).endsWith(extension);
    }
}
