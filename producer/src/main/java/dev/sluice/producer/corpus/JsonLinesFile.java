package dev.sluice.producer.corpus;

import java.io.IOException;
import java.nio.file.Path;

/** A file with one JSON object a line, plain or compressed by its extension. */
record JsonLinesFile(Path path, String name) implements StoredFile {

    @Override
    public RowReader rows() throws IOException {
        return JsonLinesReader.open(content(), location());
    }
}
