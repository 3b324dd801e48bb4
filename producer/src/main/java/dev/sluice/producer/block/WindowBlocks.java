package dev.sluice.producer.block;

import dev.sluice.producer.corpus.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Gathers windows into blocks. A block closes at the first whole window with which its train rows, or its held-out
 * rows, reach {@code blockRows} (the second bounds memory where a held-out document is a book), or with which the
 * stream's train rows reach {@code tokens}.
 */
public final class WindowBlocks {
    private final WindowCursor cursor;
    private final int blockRows;
    private final long tokens;
    private final OptionalLong corpusBytes;
    private long number;
    private long trainRows;
    private boolean ended;

    /**
     * @param cursor at the first window of block {@code number}
     * @param tokens 0 for the whole corpus
     * @param trainRows of the stream before that block
     */
    public WindowBlocks(
            WindowCursor cursor, int blockRows, long tokens, OptionalLong corpusBytes, long number, long trainRows) {
        this.cursor = cursor;
        this.blockRows = blockRows;
        this.tokens = tokens;
        this.corpusBytes = corpusBytes;
        this.number = number;
        this.trainRows = trainRows;
    }

    /** The next block, or null at the end of the stream. */
    @Nullable
    public WindowBlock next() {
        if (ended || !cursor.hasNext()) {
            return null;
        }
        CorpusPlace begin = cursor.place();
        List<Window> train = new ArrayList<>();
        List<Window> heldout = new ArrayList<>();
        int blockTrainRows = 0;
        int blockHeldoutRows = 0;
        while (blockTrainRows < blockRows && blockHeldoutRows < blockRows && !ended) {
            boolean held = cursor.nextIsHeldOut();
            Window window = cursor.next();
            (held ? heldout : train).add(window);
            blockTrainRows += held ? 0 : window.length();
            blockHeldoutRows += held ? window.length() : 0;
            ended = reached(trainRows + blockTrainRows) || !cursor.hasNext();
        }
        trainRows += blockTrainRows;
        WindowBlock.Windows windows = new WindowBlock.Windows(train, heldout);
        return new WindowBlock(number++, begin, cursor.place(), ended, windows, reading());
    }

    private boolean reached(long rows) {
        return tokens > 0 && rows >= tokens;
    }

    /** Train rows per stored byte so far, times the stored bytes: a function of the corpus alone. */
    private WindowBlock.Reading reading() {
        long read = cursor.bytesRead();
        long expected = -1;
        if (ended) {
            expected = trainRows;
        } else if (corpusBytes.isPresent() && read > 0) {
            double share = Math.min(1, (double) read / Math.max(1, corpusBytes.getAsLong()));
            expected = Math.round(trainRows / share);
        }
        if (tokens > 0 && (expected < 0 || expected > tokens)) {
            expected = ended ? expected : tokens;
        }
        return new WindowBlock.Reading(cursor.documentsRead(), read, expected);
    }
}
