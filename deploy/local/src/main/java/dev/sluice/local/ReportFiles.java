package dev.sluice.local;

import dev.sluice.local.console.PageClient;
import dev.sluice.producer.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what the page reports: {@code r.json}, and beside it {@code r.md}, {@code r.svg}, and {@code r-features.svg} of a synthetic stream. */
final class ReportFiles {
    private static final String JSON = ".json";

    /** What the report says of series whose features are known. */
    private static final String TRUTH = "truth";

    private final Path json;

    /** @param json the file, whose name ends in {@code .json} */
    ReportFiles(Path json) {
        this.json = json.toAbsolutePath();
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
                String infix = stream.equals(streams.get(0)) ? "" : "-" + stream;
                byte[] report = page.get("api/v1/report?stream=" + stream);
                contents.put(beside(infix + JSON), report);
                contents.put(beside(infix + ".md"), page.get("api/v1/report.md?stream=" + stream));
                contents.put(beside(infix + ".svg"), page.get("api/v1/report.svg?stream=" + stream));
                if (Json.mapper().readTree(report).findValue(TRUTH) != null) {
                    contents.put(
                            beside(infix + "-features.svg"), page.get("api/v1/report-features.svg?stream=" + stream));
                }
            }
            for (Map.Entry<Path, byte[]> file : contents.entrySet()) {
                replace(file.getKey(), file.getValue());
            }
            return List.copyOf(contents.keySet());
        } catch (IOException e) {
            throw new LocalException("the report " + json + " cannot be written: " + e.getMessage(), e);
        }
    }

    private Path beside(String ending) {
        String name = String.valueOf(json.getFileName());
        return json.resolveSibling(name.substring(0, name.length() - JSON.length()) + ending);
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path part = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".part");
        try {
            Files.write(part, content);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
