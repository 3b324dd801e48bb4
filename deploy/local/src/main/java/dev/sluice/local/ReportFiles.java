package dev.sluice.local;

import dev.sluice.local.console.PageClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Writes what the page reports: {@code r.json}, and beside it {@code r.md} and {@code r.svg}. */
final class ReportFiles {
    private static final String JSON = ".json";

    private final Path json;

    /** @param json the file, whose name ends in {@code .json} */
    ReportFiles(Path json) {
        this.json = json.toAbsolutePath();
    }

    /**
     * Fetches all three, then writes each atomically.
     *
     * @return what was written
     */
    List<Path> write(PageClient page) throws InterruptedException {
        try {
            byte[] numbers = page.get("api/v1/report");
            byte[] table = page.get("api/v1/report.md");
            byte[] plot = page.get("api/v1/report.svg");
            return List.of(replace(json, numbers), replace(beside(".md"), table), replace(beside(".svg"), plot));
        } catch (IOException e) {
            throw new LocalException("the report " + json + " cannot be written: " + e.getMessage(), e);
        }
    }

    private Path beside(String extension) {
        String name = String.valueOf(json.getFileName());
        return json.resolveSibling(name.substring(0, name.length() - JSON.length()) + extension);
    }

    private static Path replace(Path file, byte[] content) throws IOException {
        Path part = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".part");
        try {
            Files.write(part, content);
            return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
