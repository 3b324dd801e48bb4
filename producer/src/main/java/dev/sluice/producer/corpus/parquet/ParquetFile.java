package dev.sluice.producer.corpus.parquet;

import dev.sluice.producer.corpus.RowReader;
import dev.sluice.producer.corpus.StoredFile;
import java.io.IOException;
import java.nio.file.Path;

/** A Parquet file in the hub's schema: {@code text: string}, {@code meta: struct<pile_set_name: string>}. */
public record ParquetFile(Path path, String name) implements StoredFile {

    @Override
    public RowReader rows() throws IOException {
        ParquetFooter.check(path);
        return ParquetReader.open(path);
    }
}
