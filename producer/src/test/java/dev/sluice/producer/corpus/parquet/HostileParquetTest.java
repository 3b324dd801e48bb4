package dev.sluice.producer.corpus.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.producer.corpus.Corpora;
import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.CorpusException;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.Documents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostileParquetTest {

    private static final String HUB =
            "message schema { optional binary text (STRING); optional group meta { optional binary pile_set_name (STRING); } }";
    private static final int ROWS = 60;

    @TempDir
    Path folder;

    /** Damage anywhere ends in the right rows, in other rows, or in a typed error; never in an Error or without end. */
    @ParameterizedTest
    @CsvSource({"PARQUET_1_0, true", "PARQUET_1_0, false", "PARQUET_2_0, true", "PARQUET_2_0, false"})
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void shouldSurviveDamageAnywhere(WriterVersion version, boolean dictionary) throws IOException {
        byte[] good = Files.readAllBytes(hub(version, dictionary));
        Path damaged = folder.resolve("damaged.parquet");
        int refused = 0;

        for (int seed = 0; seed < 1500; seed++) {
            Files.write(damaged, damage(good, seed));
            try {
                assertThat(Documents.all(Corpora.open(damaged.toString())).size())
                        .isLessThanOrEqualTo(ROWS);
            } catch (CorpusException e) {
                assertThat(e).hasMessageContaining("damaged.parquet");
                refused++;
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    private static byte[] damage(byte[] good, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = good.clone();
        byte[] extremes = {0, -1, 127, -128, 1, 15};
        for (int hits = random.nextInt(1, 4); hits > 0; hits--) {
            int from = random.nextBoolean() ? 0 : bytes.length - bytes.length / 8;
            int at = random.nextInt(from, bytes.length);
            bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : extremes[random.nextInt(extremes.length)];
        }
        return random.nextInt(10) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    @Test
    void shouldReadWhatTheLibraryWrites() throws IOException {
        for (WriterVersion version : WriterVersion.values()) {
            for (boolean dictionary : new boolean[] {true, false}) {
                assertThat(Documents.all(Corpora.open(hub(version, dictionary).toString())))
                        .hasSize(ROWS - 6)
                        .first()
                        .isEqualTo(new Document(1, "text 1", "subset 1"));
            }
        }
    }

    @Test
    void shouldRefuseFootersThatDeclareMoreThanTheyHold() throws IOException {
        byte[] list = {0x19 + 0x10, (byte) 0xFC, -1, -1, -1, -1, 7};

        assertThatThrownBy(() -> Documents.all(Corpora.open(withFooter(list, list.length))))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("declares 2147483647 elements or bytes where only 0 bytes remain");
        assertThatThrownBy(() -> Documents.all(Corpora.open(withFooter(list, Integer.MAX_VALUE))))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("the Parquet footer must lie in the file of 19 bytes")
                .hasMessageContaining("got a length of 2147483647");
        assertThatThrownBy(() -> Documents.all(Corpora.open(withFooter(list, -1))))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("got a length of 4294967295");
        assertThatThrownBy(() -> Documents.all(Corpora.open(
                        Files.write(folder.resolve("tiny.parquet"), new byte[5]).toString())))
                .hasMessageContaining("tiny.parquet: a Parquet file must have at least 12 bytes, got 5");
    }

    private String withFooter(byte[] footer, int declared) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(footer.length + 12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("PAR1".getBytes(StandardCharsets.US_ASCII))
                .put(footer)
                .putInt(declared)
                .put("PAR1".getBytes(StandardCharsets.US_ASCII));
        return Files.write(folder.resolve("footer.parquet"), bytes.array()).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "required int64 text; | column 'text' must be a string, got required int64 text",
                "repeated binary text (STRING); | column 'text' must be a string, got repeated binary text (STRING)",
                "required binary text (STRING); required int32 meta; | column 'meta' must be a string, got required int32",
                "required binary text (STRING); required group meta { required double pile_set_name; }"
                        + " | column 'meta.pile_set_name' must be a string, got required double",
                "required binary text (DECIMAL(9,2)); | column 'text' must be a string",
            })
    void shouldNameTheColumnOfAnotherType(String columns, String message) throws IOException {
        Path file = folder.resolve("types.parquet");
        MessageType schema = MessageTypeParser.parseMessageType("message schema { " + columns + " }");
        ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .build()
                .close();

        assertThatThrownBy(() -> Documents.all(Corpora.open(file.toString())))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("types.parquet: " + message);
    }

    @Test
    void shouldReadAFolderOfParquetFilesAsOneCorpus() throws IOException {
        Path data = Files.createDirectories(folder.resolve("hub/data"));
        Files.copy(hub(WriterVersion.PARQUET_1_0, true), data.resolve("train-00001.parquet"));
        Files.copy(hub(WriterVersion.PARQUET_2_0, true), data.resolve("train-00000.parquet"));
        Files.writeString(folder.resolve("hub/README.md"), "about");
        Corpus corpus = Corpora.open(folder.resolve("hub").toString());

        assertThat(Documents.all(corpus))
                .hasSize(2 * (ROWS - 6))
                .last()
                .extracting(Document::index)
                .isEqualTo(119L);
        assertThat(Documents.from(corpus, 61).get(0)).isEqualTo(new Document(61, "text 1", "subset 1"));
    }

    private Path hub(WriterVersion version, boolean dictionary) throws IOException {
        Path file = folder.resolve(version + "-" + dictionary + ".parquet");
        Files.deleteIfExists(file);
        MessageType schema = MessageTypeParser.parseMessageType(HUB);
        SimpleGroupFactory groups = new SimpleGroupFactory(schema);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withWriterVersion(version)
                .withDictionaryEncoding(dictionary)
                .withPageRowCountLimit(25)
                .withPageWriteChecksumEnabled(false)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .build()) {
            for (int i = 0; i < ROWS; i++) {
                Group row = groups.newGroup();
                if (i % 10 != 0) {
                    row.append("text", "text " + i);
                    row.addGroup("meta").append("pile_set_name", "subset " + i % 3);
                }
                writer.write(row);
            }
        }
        return file;
    }
}
