package dev.sluice.local;

import dev.sluice.local.console.PageClient;
import dev.sluice.producer.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes what the page reports, {@code r.json}, and beside it {@code r.md}, {@code r.svg}, {@code r.html} and, of a
 * synthetic stream, {@code r-features.svg}; and, from the log, {@code r.metrics.jsonl}.
 */
final class ReportFiles {
    private static final String JSON = ".json";

    /** What the report says of series whose features are known. */
    private static final String TRUTH = "truth";

    private final Path json;
    private final Lines lines;

    /** Writes every measurement of a stream as lines of JSON. */
    @FunctionalInterface
    interface Lines {
        void write(String stream, Path file) throws IOException;
    }

    /** @param json the file, whose name ends in {@code .json} */
    ReportFiles(Path json, Lines lines) {
        this.json = json.toAbsolutePath();
        this.lines = lines;
    }

    /**
     * Fetches those of every stream, then writes each file atomically.
     *
     * @param streams ids; the files of all but the first have their id in their names
     * @return what was written
     */
    List<Path> write(PageClient page, List<String> streams) throws InterruptedException {
        try {
            Map<Path, byte[]> contents = new LinkedHashMap<>();
            for (String stream : streams) {
                String infix = infix(stream, streams);
                byte[] report = page.get("api/v1/report?stream=" + stream);
                contents.put(beside(infix + JSON), report);
                contents.put(beside(infix + ".md"), page.get("api/v1/report.md?stream=" + stream));
                contents.put(beside(infix + ".svg"), page.get("api/v1/report.svg?stream=" + stream));
                contents.put(beside(infix + ".html"), page.get("api/v1/report.html?stream=" + stream));
                if (isOfKnownFeatures(report)) {
                    contents.put(
                            beside(infix + "-features.svg"), page.get("api/v1/report-features.svg?stream=" + stream));
                }
            }
            for (Map.Entry<Path, byte[]> file : contents.entrySet()) {
                replace(file.getKey(), part -> Files.write(part, file.getValue()));
            }
            List<Path> written = new ArrayList<>(contents.keySet());
            for (String stream : streams) {
                Path measured = beside(infix(stream, streams) + ".metrics.jsonl");
                replace(measured, part -> lines.write(stream, part));
                written.add(measured);
            }
            return written;
        } catch (IOException e) {
            throw new LocalException("the report " + json + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static boolean isOfKnownFeatures(byte[] report) throws IOException {
        return Json.mapper().readTree(report).findValues(TRUTH).stream().anyMatch(figures -> !figures.isNull());
    }

    private static String infix(String stream, List<String> streams) {
        return stream.equals(streams.get(0)) ? "" : "-" + stream;
    }

    private Path beside(String ending) {
        String name = String.valueOf(json.getFileName());
        return json.resolveSibling(name.substring(0, name.length() - JSON.length()) + ending);
    }

    /** What makes a file's content. */
    @FunctionalInterface
    interface Content {
        void write(Path part) throws IOException;
    }

    /** Atomically: whoever reads the file sees all of the old content, or all of the new. */
    static void replace(Path file, Content content) throws IOException {
        // A temporary file of the library's would be the user's alone to read.
        Path part = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            content.write(part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
