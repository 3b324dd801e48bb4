package dev.sluice.trainer.dictionary.kmeans;

import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import java.nio.IntBuffer;

/** A way to place the first centres by the first rows of a stream. State, until they are placed. */
interface FirstCentres extends AutoCloseable {
    /**
     * Takes a batch.
     *
     * @param x [rows * width]
     * @param tokenIds from the buffer's position on, [rows]
     * @return whether all centres are placed now
     */
    boolean add(float[] x, IntBuffer tokenIds);

    /** Whether the centres placed already count the rows that placed them. */
    boolean countsItsRows();

    void save(StateSink out);

    void restore(StateSource state);

    @Override
    void close();
}
