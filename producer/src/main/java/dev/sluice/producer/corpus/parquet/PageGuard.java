package dev.sluice.producer.corpus.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Checks the counts that a page of a string column declares. The library's decoders allocate by them: a dictionary by
 * its size, a bit-packed run by its groups, a delta block by its values.
 */
final class PageGuard {

    private final ColumnDescriptor column;

    PageGuard(ColumnDescriptor column) {
        this.column = column;
    }

    DictionaryPage checked(DictionaryPage page) {
        long most = page.getUncompressedSize() / Integer.BYTES;
        if (page.getDictionarySize() < 0 || page.getDictionarySize() > most) {
            throw new ParquetDecodingException(place() + "a dictionary of " + page.getUncompressedSize()
                    + " bytes must have 0 to " + most + " strings, got " + page.getDictionarySize());
        }
        return page;
    }

    DataPage checked(DataPage page) {
        try {
            if (page.getValueCount() < 0) {
                throw new ParquetDecodingException("a page must have at least 0 values, got " + page.getValueCount());
            }
            if (page instanceof DataPageV1 v1) {
                check(v1);
            } else if (page instanceof DataPageV2 v2) {
                check(v2);
            }
            return page;
        } catch (BufferUnderflowException e) {
            throw new ParquetDecodingException(place() + "a page ends within its values", e);
        } catch (IOException | ParquetDecodingException e) {
            throw new ParquetDecodingException(place() + e.getMessage(), e);
        }
    }

    private void check(DataPageV1 page) throws IOException {
        ByteBuffer bytes = buffer(page.getBytes());
        if (column.getMaxDefinitionLevel() > 0) {
            if (page.getDlEncoding() != Encoding.RLE) {
                throw new ParquetDecodingException(
                        "definition levels must be encoded as RLE, got " + page.getDlEncoding());
            }
            int length = bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw new ParquetDecodingException(
                        "definition levels must lie in their page, got " + length + " bytes of " + bytes.remaining());
            }
            ByteBuffer levels = bytes.slice(bytes.position(), length);
            RunLengths.check(levels, levelBits(), page.getValueCount());
            bytes.position(bytes.position() + length);
        }
        values(page.getValueEncoding(), bytes, page.getValueCount());
    }

    private void check(DataPageV2 page) throws IOException {
        if (column.getMaxDefinitionLevel() > 0) {
            RunLengths.check(buffer(page.getDefinitionLevels()), levelBits(), page.getValueCount());
        }
        values(page.getDataEncoding(), buffer(page.getData()), page.getValueCount());
    }

    private int levelBits() {
        return BytesUtils.getWidthFromMaxInt(column.getMaxDefinitionLevel());
    }

    @SuppressWarnings("deprecation") // Old files name the dictionary's encoding PLAIN_DICTIONARY.
    private void values(Encoding encoding, ByteBuffer bytes, int count) {
        if (!bytes.hasRemaining()) {
            return;
        }
        switch (encoding) {
            case PLAIN -> {}
            case PLAIN_DICTIONARY, RLE_DICTIONARY -> RunLengths.check(bytes, bytes.get(), count);
            case DELTA_LENGTH_BYTE_ARRAY -> DeltaLengths.check(bytes, count);
            case DELTA_BYTE_ARRAY -> {
                DeltaLengths.check(bytes, count);
                DeltaLengths.check(bytes, count);
            }
            default -> throw new ParquetDecodingException("strings must have an encoding of strings, got " + encoding);
        }
    }

    private static ByteBuffer buffer(BytesInput bytes) throws IOException {
        ByteBufferInputStream in = bytes.toInputStream();
        return in.slice(in.available()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String place() {
        return "column '" + String.join(".", column.getPath()) + "': ";
    }
}
