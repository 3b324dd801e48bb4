package dev.sluice.producer.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.SafetensorsWriter;
import dev.sluice.producer.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationRecordTest {
    private static final float[][] VALUES = {{1, -2.5f, 0}, {0.125f, 3, -4}};

    static StreamSpec spec(String dtype, int width) {
        return new StreamSpec(
                new RowOrder(
                        new RowOrder.Documents("c", "r", 5, "t"),
                        new RowOrder.Cut(128, 0, false),
                        RowOrder.Mixing.ofRows(64, 7),
                        0),
                new RowValues("m", "mr", null, "blocks.0.hook_resid_post", width, dtype));
    }

    private static byte[] encode(StreamSpec spec) {
        ActivationEncoder encoder = new ActivationEncoder(spec);
        encoder.add(FloatBuffer.wrap(VALUES[0]), new RowLabel(9, 3, 0, 5, "Pile-CC", RowClass.FIRST_POSITION));
        encoder.add(FloatBuffer.wrap(VALUES[1]), new RowLabel(10, 4, 1, 6, "", RowClass.REST));
        return encoder.finish(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16", "F32"})
    void shouldGiveBackWhatWasEncoded(String dtype) {
        // When
        StreamSpec spec = spec(dtype, 3);
        ActivationRecord record =
                ActivationRecord.decode(ByteBuffer.wrap(encode(spec))).require(spec);

        // Then
        assertThat(record.firstRow()).isEqualTo(100);
        assertThat(record.rows()).isEqualTo(2);
        assertThat(record.width()).isEqualTo(3);
        assertThat(record.dtype()).isEqualTo(Dtype.valueOf(dtype));
        assertThat(record.model()).isEqualTo("m");
        assertThat(record.subsets()).containsExactly("Pile-CC", "");
        assertThat(record.subset(1)).isEmpty();
        assertThat(record.tokenId(0)).isEqualTo(5);
        assertThat(record.document(1)).isEqualTo(10);
        assertThat(record.window(0)).isEqualTo(3);
        assertThat(record.window(1)).isEqualTo(4);
        assertThat(record.position(1)).isEqualTo(1);
        assertThat(record.orderDigest()).isEqualTo(spec.orderDigest());
        assertThat(record.rowClass(0)).isEqualTo(RowClass.FIRST_POSITION);
        float[] row = new float[3];
        record.copyActivations(1, 1, FloatBuffer.wrap(row));
        assertThat(row).isEqualTo(VALUES[1]);
    }

    @Test
    void shouldReadWhatThePythonLibraryWrites() throws IOException {
        // Given: golden/record/make_record.py
        ActivationRecord record = ActivationRecord.decode(ByteBuffer.wrap(golden("record.safetensors")));

        // Then
        float[] all = new float[12];
        record.copyActivations(0, 3, FloatBuffer.wrap(all));
        assertThat(all).startsWith(-0.5f, -0.375f).endsWith(0.875f);
        assertThat(record.firstRow()).isEqualTo(41);
        assertThat(record.document(2)).isEqualTo(5_000_000_000L);
        assertThat(record.window(2)).isEqualTo(63);
        assertThat(record.subset(0)).isEqualTo("Gutenberg (PG-19)");
        assertThat(record.rowClass(2)).isEqualTo(RowClass.NORM_OUTLIER);
        assertThat(record.streamDigest()).isEqualTo("ab".repeat(32));
        assertThat(record.orderDigest()).isEqualTo("cd".repeat(32));
    }

    @Test
    void shouldKeepTheBytesOfVersionTwoForEver() throws IOException {
        assertThat(encode(spec("F16", 3))).isEqualTo(golden("encoded.safetensors"));
    }

    @Test
    void shouldRefuseVersionOneByItsNameAndSayWhatToDo() throws IOException {
        ByteBuffer old = ByteBuffer.wrap(golden("encoded-1.safetensors"));

        assertThatThrownBy(() -> ActivationRecord.decode(old))
                .isInstanceOf(ContractException.class)
                .hasMessage(
                        "record.version must be 2, got 1: written by an older Sluice; publish the stream again into a"
                                + " new data folder or broker");
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = ActivationRecordTest.class.getResourceAsStream("/golden/record/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    @Test
    void shouldDecodeAnUnalignedSliceOfAFetchResponseInEitherByteOrder() {
        // Given
        byte[] value = encode(spec("F32", 3));
        for (ByteBuffer fetched :
                new ByteBuffer[] {ByteBuffer.allocate(value.length + 144), ByteBuffer.allocateDirect(value.length + 144)
                }) {
            fetched.position(141).put(value).position(141).limit(141 + value.length);

            // When
            ActivationRecord record = new ActivationRecordDeserializer().deserialize("t", new RecordHeaders(), fetched);

            // Then
            ByteBuffer target = ByteBuffer.allocateDirect(24).order(ByteOrder.nativeOrder());
            record.copyActivations(0, 2, target);
            assertThat(target.remaining()).isZero();
            assertThat(target.getFloat(12)).isEqualTo(0.125f);
            assertThat(fetched.position()).isEqualTo(141);
            assertThat(new ActivationRecordSerializer().serialize("t", record)).isEqualTo(value);
        }
    }

    @Test
    void shouldReuseTheEncoderWithoutATraceOfTheRecordBefore() {
        StreamSpec spec = spec("F16", 3);
        ActivationEncoder encoder = new ActivationEncoder(spec);
        encoder.add(FloatBuffer.wrap(VALUES[1]), new RowLabel(1, 1, 1, 1, "other", RowClass.REST));
        var unused = encoder.finish(0);

        encoder.add(FloatBuffer.wrap(VALUES[0]), new RowLabel(9, 3, 0, 5, "Pile-CC", RowClass.FIRST_POSITION));
        encoder.add(FloatBuffer.wrap(VALUES[1]), new RowLabel(10, 4, 1, 6, "", RowClass.REST));

        assertThat(encoder.finish(100)).isEqualTo(encode(spec));
    }

    @ParameterizedTest
    @CsvSource({"128, F16, 3717", "512, F16, 995", "4096, F16, 127", "4096, F32, 63", "500000, F32, 1"})
    void shouldFillAboutOneMebibyte(int width, String dtype, int rows) {
        assertThat(ActivationRecord.rowsPerRecord(spec(dtype, width))).isEqualTo(rows);
    }

    @ParameterizedTest
    @CsvSource({"F16, 7C00", "F16, FC01", "BF16, 7F80", "BF16, FFC0", "F32, 7F800000", "F32, FF800001"})
    void shouldRefuseNonFiniteValuesWhereverTheyAre(String dtype, String hex) {
        int bits = Integer.parseUnsignedInt(hex, 16);
        int bytes = Dtype.valueOf(dtype).bytes();
        for (int bad = 0; bad < 11; bad++) {
            ByteBuffer data = ByteBuffer.allocate(11 * bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 11; i++) {
                put(data, bytes, i, largestFinite(dtype));
            }
            assertThat(FiniteScan.firstNonFinite(data, Dtype.valueOf(dtype))).isEqualTo(-1);
            put(data, bytes, bad, bits);
            assertThat(FiniteScan.firstNonFinite(data, Dtype.valueOf(dtype))).isEqualTo(bad);
        }
    }

    private static int largestFinite(String dtype) {
        return switch (dtype) {
            case "F16" -> 0xFBFF;
            case "BF16" -> 0xFF7F;
            default -> 0xFF7F_FFFF;
        };
    }

    private static void put(ByteBuffer data, int bytes, int index, int bits) {
        if (bytes == 2) {
            data.putShort(2 * index, (short) bits);
        } else {
            data.putInt(4 * index, bits);
        }
    }

    /** A valid record of 2 rows in parts, to be spoilt one by one. */
    private static Map<String, Tensor> parts() {
        Map<String, Tensor> parts = new LinkedHashMap<>();
        Stream.of(
                        Tensor.ofLongs("documents", new long[] {1, 2}, 2),
                        Tensor.ofInts("windows", new int[] {0, 1}, 2),
                        Tensor.ofInts("token_ids", new int[] {1, 2}, 2),
                        Tensor.ofInts("positions", new int[] {1, 2}, 2),
                        Tensor.ofInts("subsets", new int[] {0, 0}, 2),
                        Tensor.ofFloats("activations", new float[6], 2, 3),
                        bytes("classes", 0, 3))
                .forEach(tensor -> parts.put(tensor.name(), tensor));
        return parts;
    }

    private static Tensor bytes(String name, int... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length);
        Arrays.stream(values).forEach(value -> data.put((byte) value));
        return Tensor.of(name, Dtype.U8, new long[] {values.length}, data.flip());
    }

    private static Map<String, String> metadata() {
        return new HashMap<>(new RecordMetadata("d", "o", "m", "h", 0, java.util.List.of("s")).entries());
    }

    private static ByteBuffer file(Map<String, Tensor> parts, Map<String, String> metadata) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata(metadata);
        parts.values().forEach(writer::tensor);
        return ByteBuffer.wrap(writer.toBytes());
    }

    static Stream<Arguments> spoiltTensors() {
        return Stream.of(
                Arguments.of(Tensor.ofFloats("activations", new float[6], 6), "record.activations must be F16"),
                Arguments.of(Tensor.ofFloats("activations", new float[0], 0, 3), "record.activations must be F16"),
                Arguments.of(Tensor.ofFloats("activations", new float[9], 3, 3), "record.documents must be I64[3]"),
                Arguments.of(Tensor.ofInts("activations", new int[6], 2, 3), "record.activations must be F16"),
                Arguments.of(
                        Tensor.ofFloats("activations", new float[] {0, 0, 0, 0, Float.NaN, 0}, 2, 3),
                        "record.activations[1][1] must be finite"),
                Arguments.of(Tensor.ofInts("documents", new int[] {1, 2}, 2), "record.documents must be I64[2]"),
                Arguments.of(
                        Tensor.ofLongs("documents", new long[] {1, -2}, 2),
                        "record.documents[1] must be at least 0, got -2"),
                Arguments.of(
                        Tensor.ofInts("windows", new int[] {0, -1}, 2), "record.windows[1] must be at least 0, got -1"),
                Arguments.of(
                        Tensor.ofInts("token_ids", new int[] {-1, 2}, 2),
                        "record.token_ids[0] must be at least 0, got -1"),
                Arguments.of(Tensor.ofInts("positions", new int[] {1}, 1), "record.positions must be I32[2]"),
                Arguments.of(
                        Tensor.ofInts("positions", new int[] {1, -1}, 2),
                        "record.positions[1] must be at least 0, got -1"),
                Arguments.of(
                        Tensor.ofInts("subsets", new int[] {0, 1}, 2),
                        "record.subsets[1] must index one of 1 names, got 1"),
                Arguments.of(bytes("classes", 0, 4), "record.classes[1] must be 0 to 3, got 4"),
                Arguments.of(bytes("classes", 255, 0), "record.classes[0] must be 0 to 3, got 255"));
    }

    @ParameterizedTest
    @MethodSource("spoiltTensors")
    void shouldNameTheFieldTheRuleAndTheValueOfAWrongTensor(Tensor spoilt, String message) {
        Map<String, Tensor> parts = parts();
        parts.put(spoilt.name(), spoilt);
        ByteBuffer value = file(parts, metadata());

        assertThatThrownBy(() -> ActivationRecord.decode(value))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version|1|record.version must be 2, got 1: written by an older Sluice",
                "version|3|record.version must be 2, got 3: written by a newer Sluice",
                "version|x|record.version must be a whole number, got 'x'",
                "first_row|-1|record.first_row must be at least 0, got -1",
                "first_row|9223372036854775807|record.first_row must leave room for 2 rows",
                "subsets|{}|record.subsets must be a JSON array of names",
                "subsets|[null]|record.subsets must be a JSON array of names",
                "subsets|null|record.subsets must be a JSON array of names",
            })
    void shouldNameTheWrongMetadata(String key, String text, String message) {
        Map<String, String> metadata = metadata();
        metadata.put(key, text);
        ByteBuffer value = file(parts(), metadata);

        assertThatThrownBy(() -> ActivationRecord.decode(value))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldNameWhatIsMissing() {
        for (String name : parts().keySet()) {
            Map<String, Tensor> parts = parts();
            parts.remove(name);
            assertThatThrownBy(() -> ActivationRecord.decode(file(parts, metadata())))
                    .isInstanceOf(ContractException.class)
                    .hasMessageContaining("record." + name);
        }
        for (String key : metadata().keySet()) {
            Map<String, String> metadata = metadata();
            metadata.remove(key);
            assertThatThrownBy(() -> ActivationRecord.decode(file(parts(), metadata)))
                    .isInstanceOf(ContractException.class)
                    .hasMessageContaining("record." + key + " must be in the metadata");
        }
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] value = encode(spec("F16", 3));
        for (int length = 0; length < value.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(value, 0, length);
            assertThatThrownBy(() -> ActivationRecord.decode(cut)).isInstanceOf(ContractException.class);
        }
    }

    @Test
    void shouldNameTheFieldInWhichTheStreamDiffers() {
        ActivationRecord record = ActivationRecord.decode(ByteBuffer.wrap(encode(spec("F16", 3))));

        assertThatThrownBy(() -> record.require(spec("F32", 3)))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("record.stream_digest must be");
    }

    @Test
    void shouldRefuseTargetsThatAreTooSmallAndRowsThatDoNotExist() {
        ActivationRecord record = ActivationRecord.decode(ByteBuffer.wrap(encode(spec("F16", 3))));

        assertThatThrownBy(() -> record.copyActivations(0, 2, FloatBuffer.allocate(5)))
                .hasMessage("target must have room for 6 floats, got 5");
        assertThatThrownBy(() -> record.copyActivations(1, 2, FloatBuffer.allocate(6)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
