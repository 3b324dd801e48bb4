package dev.sluice.producer.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with one JSON object a line, plain or compressed by its extension. */
record JsonLinesFile(Path path, String name) implements RowFile {

    @Override
    public String location() {
        return path.toString();
    }

    @Override
    public long bytes() throws IOException {
        return Files.size(path);
    }

    @Override
    public InputStream content() throws IOException {
        return Files.newInputStream(path);
    }

    @Override
    public RowReader rows() throws IOException {
        return JsonLinesReader.open(content(), location());
    }
}
