package dev.sluice.producer.corpus.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;

/** Each page here makes the library's decoder allocate gigabytes, or fail on the attempt, if it is let through. */
final class PageGuardTest {

    private static final MessageType SCHEMA =
            MessageTypeParser.parseMessageType("message m { required binary a; optional binary b; }");
    private static final ColumnDescriptor REQUIRED = SCHEMA.getColumns().get(0);
    private static final ColumnDescriptor OPTIONAL = SCHEMA.getColumns().get(1);

    /** A bit-packed run of 2^28 - 1 groups of eight. */
    private static final byte[] LONG_RUN = {-1, -1, -1, -1, 1};

    @Test
    void shouldRefuseADictionaryThatCannotFitItsPage() {
        for (int declared : new int[] {-1, 5, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> new PageGuard(REQUIRED)
                            .checked(new DictionaryPage(BytesInput.from(new byte[16]), declared, Encoding.PLAIN)))
                    .isInstanceOf(ParquetDecodingException.class)
                    .hasMessage("column 'a': a dictionary of 16 bytes must have 0 to 4 strings, got " + declared);
        }
    }

    @Test
    void shouldRefuseRunsLongerThanTheirPage() {
        byte[] indices = {1, -1, -1, -1, -1, 1};
        byte[] levels = {5, 0, 0, 0, -1, -1, -1, -1, 1};

        assertThatThrownBy(() -> v1(REQUIRED, Encoding.RLE_DICTIONARY, indices))
                .hasMessageContaining("column 'a': a run must have 1 to 10 values, got 2147483640");
        assertThatThrownBy(() -> v1(OPTIONAL, Encoding.PLAIN, levels))
                .hasMessageContaining("column 'b': a run must have 1 to 10 values");
        assertThatThrownBy(() -> v2(OPTIONAL, LONG_RUN, new byte[0]))
                .hasMessageContaining("column 'b': a run must have 1 to 10 values");
        assertThatThrownBy(() -> v1(REQUIRED, Encoding.RLE_DICTIONARY, new byte[] {33, 1}))
                .hasMessageContaining("a bit width must be 0 to 32, got 33");
    }

    @Test
    void shouldRefuseDefinitionLevelsOutsideTheirPage() {
        for (int declared : new int[] {-1, 2, Integer.MAX_VALUE}) {
            byte[] page = ByteBuffer.allocate(5)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(declared)
                    .array();
            assertThatThrownBy(() -> v1(OPTIONAL, Encoding.PLAIN, page))
                    .hasMessageContaining("definition levels must lie in their page, got " + declared + " bytes of 1");
        }
    }

    @Test
    void shouldRefuseDeltaSectionsLargerThanTheirPage() {
        byte[] values = {(byte) 0x80, 1, 4, -1, -1, -1, -1, 7, 0};
        byte[] block = {-1, -1, -1, -1, 7, 1, 2, 0};

        assertThatThrownBy(() -> v1(REQUIRED, Encoding.DELTA_LENGTH_BYTE_ARRAY, values))
                .hasMessageContaining("a delta section must have at most the page's 10 values, got 2147483647");
        assertThatThrownBy(() -> v1(REQUIRED, Encoding.DELTA_BYTE_ARRAY, block))
                .hasMessageContaining("a delta block must be a multiple of 8 values for each mini block");
        assertThatThrownBy(() -> v1(REQUIRED, Encoding.DELTA_LENGTH_BYTE_ARRAY, new byte[] {(byte) 0x80}))
                .hasMessageContaining("column 'a': a page ends within its values");
    }

    @Test
    void shouldLetHonestPagesThrough() {
        byte[] packed = {1, 5, -1, 3};

        assertThat(v1(REQUIRED, Encoding.RLE_DICTIONARY, packed).getValueCount())
                .isEqualTo(10);
        assertThat(v2(OPTIONAL, new byte[] {20, 1}, new byte[0]).getValueCount())
                .isEqualTo(10);
    }

    @Test
    void shouldRefuseCompressedPagesThatLieAboutTheirSize() throws Exception {
        for (CompressionCodecName codec : List.of(
                CompressionCodecName.SNAPPY,
                CompressionCodecName.GZIP,
                CompressionCodecName.BROTLI,
                CompressionCodecName.LZ4,
                CompressionCodecName.LZ4_RAW,
                CompressionCodecName.ZSTD,
                CompressionCodecName.UNCOMPRESSED)) {
            var pages = new PageCodecs().getDecompressor(codec);
            BytesInput page = BytesInput.from(new byte[] {7, 7, 7, 7, 7, 7, 7, 7, 7, 7});

            for (int declared : new int[] {-1, 9, PageCodecs.MAX_PAGE_BYTES + 1}) {
                assertThatThrownBy(() -> pages.decompress(page, declared))
                        .as("%s, %s", codec, declared)
                        .isInstanceOf(Exception.class);
            }
        }
    }

    private static DataPage v1(ColumnDescriptor column, Encoding encoding, byte[] bytes) {
        return new PageGuard(column)
                .checked(new DataPageV1(
                        BytesInput.from(bytes),
                        10,
                        bytes.length,
                        statistics(column),
                        Encoding.RLE,
                        Encoding.RLE,
                        encoding));
    }

    private static DataPage v2(ColumnDescriptor column, byte[] levels, byte[] values) {
        return new PageGuard(column)
                .checked(DataPageV2.uncompressed(
                        10,
                        0,
                        10,
                        BytesInput.empty(),
                        BytesInput.from(levels),
                        Encoding.PLAIN,
                        BytesInput.from(values),
                        statistics(column)));
    }

    private static Statistics<?> statistics(ColumnDescriptor column) {
        return Statistics.createStats(column.getPrimitiveType());
    }
}
