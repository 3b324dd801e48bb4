package dev.sluice.evaluator.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads event files by the published format, with a CRC of its own and none of the writer's code. */
public final class EventReader {
    private static final int POLYNOMIAL = 0x82F63B78;

    /** One event: {@code version} of the first alone, {@code buckets} of a histogram by tag. */
    public record Read(
            double wallTime,
            long step,
            String version,
            boolean start,
            Map<String, Float> scalars,
            Map<String, List<Double>> buckets) {}

    private EventReader() {}

    public static List<Read> read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Read> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).as("CRC of a length").isEqualTo(masked(crc(length)));
            byte[] content = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(content);
            assertThat(in.getInt()).as("CRC of an event").isEqualTo(masked(crc(content)));
            events.add(event(content));
        }
        return events;
    }

    /** CRC-32C bit by bit. */
    static int crc(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
        }
        return ~crc;
    }

    private static int masked(int crc) {
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static Read event(byte[] content) {
        Map<Integer, List<Object>> fields = fields(content);
        Map<String, Float> scalars = new LinkedHashMap<>();
        Map<String, List<Double>> buckets = new LinkedHashMap<>();
        for (Object summary : fields.getOrDefault(5, List.of())) {
            for (Object each : fields((byte[]) summary).getOrDefault(1, List.of())) {
                Map<Integer, List<Object>> value = fields((byte[]) each);
                String tag = text(only(value, 1));
                if (value.containsKey(2)) {
                    scalars.put(tag, (Float) only(value, 2));
                } else {
                    buckets.put(tag, doubles(only(fields((byte[]) only(value, 5)), 7)));
                }
            }
        }
        return new Read(
                (Double) only(fields, 1),
                fields.containsKey(2) ? (Long) only(fields, 2) : 0,
                fields.containsKey(3) ? text(only(fields, 3)) : "",
                fields.containsKey(7),
                scalars,
                buckets);
    }

    private static Object only(Map<Integer, List<Object>> fields, int number) {
        return Objects.requireNonNull(fields.get(number)).get(0);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private static List<Double> doubles(Object packed) {
        ByteBuffer in = ByteBuffer.wrap((byte[]) packed).order(ByteOrder.LITTLE_ENDIAN);
        List<Double> values = new ArrayList<>();
        while (in.hasRemaining()) {
            values.add(in.getDouble());
        }
        return values;
    }

    /** Any protobuf message: its fields by number. */
    private static Map<Integer, List<Object>> fields(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, List<Object>> fields = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            long head = varint(in);
            Object value = switch ((int) (head & 7)) {
                case 0 -> varint(in);
                case 1 -> in.getDouble();
                case 2 -> {
                    byte[] bytes = new byte[(int) varint(in)];
                    in.get(bytes);
                    yield bytes;
                }
                case 5 -> in.getFloat();
                default -> throw new AssertionError("no field has wire type " + (head & 7));
            };
            fields.computeIfAbsent((int) (head >> 3), number -> new ArrayList<>())
                    .add(value);
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
