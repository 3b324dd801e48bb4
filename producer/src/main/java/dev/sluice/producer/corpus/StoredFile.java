package dev.sluice.producer.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of a corpus that lies in a file system. */
public interface StoredFile extends RowFile {
    Path path();

    @Override
    default String location() {
        return path().toString();
    }

    @Override
    default long bytes() throws IOException {
        return Files.size(path());
    }

    @Override
    default InputStream content() throws IOException {
        return Files.newInputStream(path());
    }
}
