package dev.sluice.producer.corpus.parquet;

import dev.sluice.producer.corpus.CorpusException;
import dev.sluice.producer.corpus.JsonRow;
import dev.sluice.producer.corpus.RowReader;
import dev.sluice.producer.corpus.StrictText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a Parquet file, one row group's compressed columns in memory at a time.
 *
 * <p>The library answers damaged files with many kinds of unchecked exceptions; here all become
 * {@link CorpusException}.
 */
final class ParquetReader implements RowReader {

    private static final int MAX_REASON = 300;

    private final String location;
    private final long fileBytes;
    private final ParquetFileReader file;
    private final ParquetSchema schema;
    private final List<BlockMetaData> groups;
    private final long fileRows;

    private int group;
    private long rowsBefore;
    private long rowsInGroup;
    private long rowInGroup;
    private @Nullable PageReadStore pages;
    private @Nullable ColumnReader text;
    private @Nullable ColumnReader subset;

    private ParquetReader(String location, long fileBytes, ParquetFileReader file, ParquetSchema schema) {
        this.location = location;
        this.fileBytes = fileBytes;
        this.file = file;
        this.schema = schema;
        this.groups = List.copyOf(file.getRowGroups());
        this.fileRows = groups.stream().mapToLong(BlockMetaData::getRowCount).sum();
    }

    static ParquetReader open(Path path) throws IOException {
        String location = path.toString();
        ParquetFileReader file = null;
        try {
            file = ParquetFileReader.open(new LocalInputFile(path), options());
            ParquetSchema schema = ParquetSchema.of(file.getFileMetaData().getSchema(), location);
            long bytes = Files.size(path);
            RowGroups.check(file.getRowGroups(), schema, bytes, location);
            file.setRequestedSchema(schema.requested());
            return new ParquetReader(location, bytes, file, schema);
        } catch (IOException | RuntimeException e) {
            if (file != null) {
                file.close();
            }
            throw e instanceof CorpusException known ? known : unreadable(location, e);
        }
    }

    private static ParquetReadOptions options() {
        return ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new PageCodecs())
                .withPageChecksumVerification(true)
                .build();
    }

    @Override
    public @Nullable Row next() throws IOException {
        try {
            while (rowInGroup == rowsInGroup) {
                if (!nextGroup()) {
                    return null;
                }
            }
            return row();
        } catch (IOException | RuntimeException e) {
            throw e instanceof CorpusException known ? known : unreadable(place(), e);
        }
    }

    private boolean nextGroup() throws IOException {
        leaveGroup();
        while (group < groups.size() && groups.get(group).getRowCount() == 0) {
            skipGroup();
        }
        PageReadStore next = file.readNextRowGroup();
        if (next == null) {
            return false;
        }
        group++;
        pages = next;
        ColumnReadStoreImpl columns = new ColumnReadStoreImpl(
                new GuardedPages(next),
                new NoConversion(schema.requested()),
                schema.requested(),
                file.getFileMetaData().getCreatedBy());
        text = columns.getColumnReader(schema.text());
        ColumnDescriptor subsetColumn = schema.subset();
        subset = subsetColumn == null ? null : columns.getColumnReader(subsetColumn);
        rowsInGroup = next.getRowCount();
        return true;
    }

    private Row row() {
        String content = value(text, "text");
        String meta = value(subset, "meta");
        String place = place();
        rowInGroup++;
        if (meta == null) {
            return new Row(content, "");
        }
        return new Row(content, schema.subsetIsJson() ? JsonRow.subsetOfJson(meta, place) : meta);
    }

    private @Nullable String value(@Nullable ColumnReader column, String name) {
        if (column == null) {
            return null;
        }
        String value = null;
        if (present(column)) {
            value = StrictText.decode(column.getBinary().toByteBuffer(), place() + ", column '" + name + "'");
        }
        column.consume();
        return value;
    }

    private static boolean present(ColumnReader column) {
        return column.getCurrentDefinitionLevel() == column.getDescriptor().getMaxDefinitionLevel();
    }

    @Override
    public long skip(long rows) throws IOException {
        try {
            long skipped = 0;
            while (skipped < rows) {
                if (rowInGroup < rowsInGroup) {
                    skipRow();
                    skipped++;
                } else if (group == groups.size()) {
                    break;
                } else if (groups.get(group).getRowCount() <= rows - skipped) {
                    skipped += skipGroup();
                } else {
                    nextGroup();
                }
            }
            return skipped;
        } catch (IOException | RuntimeException e) {
            throw e instanceof CorpusException known ? known : unreadable(place(), e);
        }
    }

    private void skipRow() {
        skipValue(text);
        skipValue(subset);
        rowInGroup++;
    }

    private static void skipValue(@Nullable ColumnReader column) {
        if (column != null) {
            if (present(column)) {
                column.skip();
            }
            column.consume();
        }
    }

    private long skipGroup() {
        leaveGroup();
        long rows = groups.get(group).getRowCount();
        file.skipNextRowGroup();
        group++;
        rowsBefore += rows;
        return rows;
    }

    private void leaveGroup() {
        rowsBefore += rowsInGroup;
        rowsInGroup = 0;
        rowInGroup = 0;
        text = null;
        subset = null;
        if (pages != null) {
            pages.close();
            pages = null;
        }
    }

    private String place() {
        return location + ", row " + (rowsBefore + rowInGroup);
    }

    private static CorpusException unreadable(String place, Exception cause) {
        return new CorpusException(place + ": the Parquet file cannot be read: " + reason(cause), cause);
    }

    /** The first line of the library's message, which may go on with a whole schema. */
    private static String reason(Exception cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return cause.getClass().getSimpleName();
        }
        String line = message.lines().findFirst().orElse(message);
        return line.length() > MAX_REASON ? line.substring(0, MAX_REASON) + "..." : line;
    }

    @Override
    public long bytesRead() {
        long rows = rowsBefore + rowInGroup;
        return fileRows == 0 ? 0 : (long) ((double) fileBytes * rows / fileRows);
    }

    @Override
    public void close() throws IOException {
        leaveGroup();
        file.close();
    }
}
