package dev.sluice.trainer.kernel;

import java.util.stream.IntStream;

/**
 * Work on rows that do not depend on each other, on all cores: rows are cut into chunks of a fixed size, and what one
 * thread needs for itself is made once for each chunk. No result depends on the number of threads.
 */
public final class Chunks {
    private Chunks() {}

    /** Does one chunk's work. */
    @FunctionalInterface
    public interface Work {
        /** @param end exclusive */
        void on(int from, int end);
    }

    /** @param size rows of a chunk; the last one may have fewer */
    public static void forEach(int rows, int size, Work work) {
        IntStream.range(0, (rows + size - 1) / size)
                .parallel()
                .forEach(chunk -> work.on(chunk * size, Math.min(rows, (chunk + 1) * size)));
    }
}
