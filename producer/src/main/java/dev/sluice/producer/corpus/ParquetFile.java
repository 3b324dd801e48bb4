package dev.sluice.producer.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Parquet file in the hub's schema: {@code text: string}, {@code meta: struct<pile_set_name: string>}. */
record ParquetFile(Path path, String name) implements RowFile {

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
        ParquetFooter.check(path);
        return ParquetReader.open(path);
    }
}
