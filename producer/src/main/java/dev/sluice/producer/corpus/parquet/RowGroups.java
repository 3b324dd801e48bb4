package dev.sluice.producer.corpus.parquet;

import dev.sluice.producer.corpus.CorpusException;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;

/** Checks what a Parquet footer declares of the columns to read, before anything is allocated by it. */
final class RowGroups {

    private RowGroups() {}

    static void check(List<BlockMetaData> groups, ParquetSchema schema, long fileBytes, String location) {
        for (int i = 0; i < groups.size(); i++) {
            BlockMetaData group = groups.get(i);
            String place = location + ", row group " + i;
            if (group.getRowCount() < 0) {
                throw new CorpusException(place + ": num_rows must be at least 0, got " + group.getRowCount());
            }
            check(group, schema.text(), fileBytes, place);
            ColumnDescriptor subset = schema.subset();
            if (subset != null) {
                check(group, subset, fileBytes, place);
            }
        }
    }

    private static void check(BlockMetaData group, ColumnDescriptor column, long fileBytes, String place) {
        ColumnPath path = ColumnPath.get(column.getPath());
        ColumnChunkMetaData chunk = group.getColumns().stream()
                .filter(c -> c.getPath().equals(path))
                .findFirst()
                .orElseThrow(() -> new CorpusException(
                        place + ": column '" + path.toDotString() + "' is in the schema but has no data"));
        String where = place + ", column '" + path.toDotString() + "'";
        long start = chunk.getStartingPos();
        if (start < 0 || chunk.getTotalSize() < 0 || start > fileBytes - chunk.getTotalSize()) {
            throw new CorpusException(where + ": data must lie in the file of " + fileBytes + " bytes, got "
                    + chunk.getTotalSize() + " bytes at " + start);
        }
        if (chunk.getValueCount() != group.getRowCount()) {
            throw new CorpusException(where + ": must have a value for each of the group's " + group.getRowCount()
                    + " rows, got " + chunk.getValueCount());
        }
        if (!PageCodecs.reads(chunk.getCodec())) {
            throw new CorpusException(where + ": compression codec " + chunk.getCodec()
                    + " is not supported; supported: " + PageCodecs.SUPPORTED);
        }
    }
}
