package dev.sluice.producer.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    private static byte[] sample() {
        return new SafetensorsWriter()
                .metadata("format", "pt")
                .tensor(Tensor.ofFloats("weights", new float[] {1.5f, -2, Float.NaN, 4, 5, 6}, 2, 3))
                .tensor(Tensor.of("halves", Dtype.F16, new long[] {1}, ByteBuffer.wrap(new byte[] {0, 0x3C})))
                .tensor(Tensor.ofInts("ids", new int[] {7, -8}, 2))
                .tensor(Tensor.ofLongs("documents", new long[] {1L << 40}))
                .tensor(Tensor.ofFloats("empty", new float[0], 0, 5))
                .toBytes();
    }

    private static ByteBuffer file(String header, int dataBytes) {
        byte[] json = header.getBytes(UTF_8);
        return ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .rewind();
    }

    @Test
    void shouldReadBackWhatItWrote() {
        Safetensors file = Safetensors.parse(ByteBuffer.wrap(sample()));

        assertThat(file.metadata()).containsExactly(entry("format", "pt"));
        assertThat(file.names()).containsExactly("weights", "halves", "ids", "documents", "empty");
        assertThat(file.tensor("weights").shape()).containsExactly(2, 3);
        assertThat(file.tensor("weights").toFloats()).containsExactly(1.5f, -2, Float.NaN, 4, 5, 6);
        assertThat(file.tensor("halves").toFloats()).containsExactly(1f);
        assertThat(file.tensor("ids").toInts()).containsExactly(7, -8);
        assertThat(file.tensor("documents").shape()).isEmpty();
        assertThat(file.tensor("documents").toLongs()).containsExactly(1L << 40);
        assertThat(file.tensor("empty").elements()).isZero();
    }

    @Test
    void shouldWriteTheSameBytesThroughEveryDoor(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("a.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("b", "2")
                .metadata("a", "\"1\"\n")
                .tensor(Tensor.ofInts("x", new int[] {1, 2, 3}, 3));
        writer.writeTo(path);
        ByteBuffer buffer = ByteBuffer.allocate(1_000);
        writer.writeTo(buffer);
        byte[] bytes = writer.toBytes();

        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(bytes));
        long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(header % 8).isZero();
        assertThat(new String(bytes, 8, (int) header, UTF_8).stripTrailing())
                .isEqualTo("{\"__metadata__\":{\"a\":\"\\\"1\\\"\\n\",\"b\":\"2\"},"
                        + "\"x\":{\"dtype\":\"I32\",\"shape\":[3],\"data_offsets\":[0,12]}}");
        assertThat(Safetensors.open(path).tensor("x").toInts()).containsExactly(1, 2, 3);
    }

    @Test
    void shouldOpenAFileLargerThanTwoGibibytes(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("large.safetensors");
        long half = 1L << 30;
        byte[] header = ("{\"a\":{\"dtype\":\"U8\",\"shape\":[" + half + "],\"data_offsets\":[0," + half + "]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[" + half + "],\"data_offsets\":[" + half + "," + 2 * half
                        + "]},\"c\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[" + 2 * half + ","
                        + (2 * half + 1) + "]}}")
                .getBytes(UTF_8);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            file.write(header);
            file.seek(8 + header.length + 2 * half);
            file.write(42); // the rest is a hole that takes no disk
        }
        assertThat(Safetensors.open(path).tensor("c").data().get()).isEqualTo((byte) 42);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | tensor 'a': data_offsets must begin",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}} | 6 | tensor 'b': data_offsets must begin",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 8 | must cover all 8 data bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 3 | tensor 'a': data_offsets must end in",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | 4 | need 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}} | 4 | must fit 63 bits",
                "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}} | 1 | got 'F8_E4M3'",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | 4 | must not be negative",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}} | 4 | whole numbers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}} | 4 | valid JSON",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}} | 4 | two numbers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}} | 4 | must all be present",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}} | 2 | Duplicate field 'a'",
                "{\"__metadata__\":{\"k\":1}} | 0 | metadata 'k' must be a string",
                "[] | 0 | must be a JSON object",
                "{} x | 0 | valid JSON",
                "{\"a\":3} | 0 | tensor 'a'",
            })
    void shouldRefuseABadHeader(String header, int dataBytes, String rule) {
        assertThatThrownBy(() -> Safetensors.parse(file(header, dataBytes)))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining(rule);
    }

    @Test
    void shouldRefuseAHeaderLengthBeyondTheFileOrTheCapBeforeAllocating() {
        for (long length : new long[] {Long.MAX_VALUE, -1, 100_000_001, 17, 1L << 32}) {
            ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(0, length);
            assertThatThrownBy(() -> Safetensors.parse(bytes))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessageContaining(Long.toUnsignedString(length));
        }
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] whole = sample();
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer part = ByteBuffer.wrap(whole, 0, length);
            assertThatThrownBy(() -> Safetensors.parse(part)).isInstanceOf(SafetensorsException.class);
        }
    }

    @Test
    void shouldMeetEveryBitFlipWithAFileOrItsOwnException() {
        byte[] whole = sample();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            requireOwnException(flipped);
        }
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] noisy = whole.clone();
            for (int n = random.nextInt(6); n >= 0; n--) {
                noisy[random.nextInt(noisy.length)] = (byte) random.nextInt();
            }
            requireOwnException(noisy);
        }
    }

    private static void requireOwnException(byte[] bytes) {
        Throwable thrown = catchThrowable(() -> Safetensors.parse(ByteBuffer.wrap(bytes)));
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(SafetensorsException.class);
        }
    }

    @Test
    void shouldRefuseTheWrongTypeMissingTensorsAndDuplicates(@TempDir Path folder) throws IOException {
        Safetensors file = Safetensors.parse(ByteBuffer.wrap(sample()));
        assertThatThrownBy(() -> file.tensor("ids").toFloats()).hasMessageContaining("got I32");
        assertThatThrownBy(() -> file.tensor("weights").toInts()).hasMessageContaining("must be I32");
        assertThatThrownBy(() -> file.tensor("absent")).hasMessageContaining("weights");
        Tensor ids = file.tensor("ids");
        SafetensorsWriter writer = new SafetensorsWriter().tensor(ids);
        assertThatThrownBy(() -> writer.tensor(ids)).hasMessageContaining("once");
        Path path = folder.resolve("bad.safetensors");
        Files.write(path, new byte[3]);
        assertThatThrownBy(() -> Safetensors.open(path)).hasMessageContaining("bad.safetensors");
    }
}
