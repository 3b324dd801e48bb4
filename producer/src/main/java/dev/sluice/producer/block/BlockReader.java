package dev.sluice.producer.block;

import java.util.List;

/** Computes one block after the other. */
public final class BlockReader implements AutoCloseable {
    private final String corpus;
    private final WindowCursor cursor;
    private final WindowBlocks blocks;
    private final Harvest harvest;

    public BlockReader(String corpus, WindowCursor cursor, WindowBlocks blocks, Harvest harvest) {
        this.corpus = corpus;
        this.cursor = cursor;
        this.blocks = blocks;
        this.harvest = harvest;
    }

    /**
     * The next block; not to be asked for after the one that is the last.
     *
     * @throws PublishException if the corpus has nothing there, or a value is not finite
     */
    public Block next(List<String> hooks) {
        WindowBlock windows = blocks.next();
        if (windows == null) {
            throw new PublishException("corpus " + corpus + " must have a window of tokens after " + cursor.place()
                    + ", got none: it is empty, has very short documents only, or has changed");
        }
        return harvest.run(windows, hooks);
    }

    @Override
    public void close() {
        cursor.close();
    }
}
