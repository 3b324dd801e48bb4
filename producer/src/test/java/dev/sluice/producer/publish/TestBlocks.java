package dev.sluice.producer.publish;

import dev.sluice.producer.block.Block;
import dev.sluice.producer.block.CorpusPlace;
import dev.sluice.producer.block.Forward;
import dev.sluice.producer.block.Harvest;
import dev.sluice.producer.block.RowLabels;
import dev.sluice.producer.block.Rows;
import dev.sluice.producer.block.WindowBlock;
import dev.sluice.producer.block.WindowCursor;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.DocumentCursor;
import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.corpus.Windows;
import java.nio.FloatBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Small corpora, and rows whose values say where they come from. */
public final class TestBlocks {
    static final int CONTEXT = 16;
    static final int WIDTH = 4;
    public static final String HOOK = "blocks.0.hook_resid_post";
    static final Windows WINDOWS = new Windows(CONTEXT, 0, false);

    /** By the split rule, found by trying. */
    static final String HELD_OUT_TEXT = heldOutText();

    private TestBlocks() {}

    private static String heldOutText() {
        for (int i = 0; ; i++) {
            if (new Document(0, "text " + i, "").heldOut()) {
                return "text " + i;
            }
        }
    }

    /** Documents that are cut into this many whole windows; negative numbers are held out. */
    public static Corpus corpus(int... windows) {
        return new Corpus() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public String digest() {
                return "digest";
            }

            @Override
            public DocumentCursor open(long first) {
                Iterator<Document> documents = java.util.stream.LongStream.range(first, windows.length)
                        .mapToObj(i -> document(i, windows[(int) i]))
                        .iterator();
                return new DocumentCursor() {
                    private long read = first;

                    @Override
                    public boolean hasNext() {
                        return documents.hasNext();
                    }

                    @Override
                    public Document next() {
                        read++;
                        return documents.next();
                    }

                    @Override
                    public long bytesRead() {
                        return 100 * read;
                    }

                    @Override
                    public void close() {
                        // nothing is open
                    }
                };
            }

            @Override
            public OptionalLong bytes() {
                return OptionalLong.of(100L * windows.length);
            }
        };
    }

    /** The number of windows is kept in the subset, for {@link #cut}. */
    private static Document document(long index, int windows) {
        return new Document(index, windows < 0 ? HELD_OUT_TEXT : "train", "w" + Math.abs(windows));
    }

    static List<Window> cut(Document document) {
        int count = Integer.parseInt(document.subset().substring(1));
        int[] ids = new int[count * (CONTEXT - 1)];
        java.util.Arrays.setAll(ids, i -> 1 + i);
        return WINDOWS.cut(document, ids);
    }

    public static WindowCursor cursor(Corpus corpus, CorpusPlace place) {
        return new WindowCursor(corpus, TestBlocks::cut, place);
    }

    /** Values [document, first token mod 1000, position, 1 / (1 + token)] of every row, whatever the hook. */
    static Forward forward() {
        return new Forward() {
            @Override
            public int width() {
                return WIDTH;
            }

            @Override
            public String device() {
                return "cpu";
            }

            @Override
            public void run(List<Window> batch, List<String> hooks, Receiver receiver) {
                for (int i = 0; i < batch.size(); i++) {
                    int[] ids = batch.get(i).tokenIds();
                    FloatBuffer rows = FloatBuffer.allocate(ids.length * WIDTH);
                    for (int position = 0; position < ids.length; position++) {
                        rows.put((float) batch.get(i).document())
                                .put(ids[1] % 1000)
                                .put(position)
                                .put(1f / (1 + ids[position]));
                    }
                    for (String hook : hooks) {
                        receiver.accept(hook, i, rows.duplicate().flip());
                    }
                }
            }
        };
    }

    static Harvest harvest() {
        return new Harvest(forward(), windows -> RowLabels.ofText(windows, Set.of()));
    }

    /** Rows of one hook, one window of {@link #CONTEXT} rows, all zero but for one value. */
    public static Rows rows(int row, float value) {
        List<Window> windows = cut(document(3, 1));
        float[] values = new float[CONTEXT * WIDTH];
        values[row * WIDTH] = value;
        return new Rows(HOOK, RowLabels.ofText(windows, Set.of(7)), WIDTH, values);
    }

    static StreamSpec spec(int blockRows, String dtype) {
        return new StreamSpec(
                new RowOrder(
                        new RowOrder.Documents("test", "digest", 5, ""),
                        new RowOrder.Cut(CONTEXT, 0, false),
                        RowOrder.Mixing.ofRows(blockRows, 1),
                        0),
                new RowValues("m", "r", null, HOOK, WIDTH, dtype));
    }

    static Block block(WindowBlock windows) {
        return harvest().run(windows, List.of(HOOK));
    }
}
