package dev.sluice.producer.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StreamingTest {

    private static final int LINES = 40_000;
    private static final int LINE_BYTES = 5_000;

    /** 200 MB of documents through a Java machine of 24 MB: whatever keeps more than a few of them dies. */
    @Test
    void shouldReadACorpusManyTimesTheHeap() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-Xmx24m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StreamingTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(output).endsWith("documents " + LINES + "\n");
        assertThat(process.exitValue()).isZero();
    }

    /** The small machine: counts the documents of a generated corpus. */
    public static void main(String[] arguments) {
        long documents = 0;
        try (DocumentCursor cursor =
                FileCorpus.ofFile("generated", new Generated()).open(0)) {
            while (cursor.hasNext()) {
                documents = cursor.next().index() + 1;
            }
        }
        System.out.print("documents " + documents + "\n");
    }

    private record Generated() implements RowFile {

        @Override
        public String name() {
            return "generated.jsonl";
        }

        @Override
        public String location() {
            return "generated.jsonl";
        }

        @Override
        public long bytes() {
            return (long) LINES * LINE_BYTES;
        }

        @Override
        public InputStream content() {
            return new Lines();
        }

        @Override
        public RowReader rows() throws IOException {
            return JsonLinesReader.open(content(), location());
        }
    }

    private static final class Lines extends InputStream {

        private static final byte[] LINE =
                ("{\"text\":\"" + "x".repeat(LINE_BYTES - 12) + "\"}\n").getBytes(StandardCharsets.UTF_8);

        private long position;

        @Override
        public int read() {
            if (position == (long) LINES * LINE_BYTES) {
                return -1;
            }
            return LINE[(int) (position++ % LINE_BYTES)];
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            long left = (long) LINES * LINE_BYTES - position;
            if (left == 0) {
                return -1;
            }
            int from = (int) (position % LINE_BYTES);
            int taken = (int) Math.min(Math.min(length, LINE_BYTES - from), left);
            System.arraycopy(LINE, from, target, offset, taken);
            position += taken;
            return taken;
        }
    }
}
