package dev.sluice.producer.corpus;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts documents into windows of BOS + (context - 1) tokens (the producer's README).
 *
 * @param context tokens of a full window, the BOS included; at least {@value #MIN_WINDOW}
 * @param bosId the token put before every window
 * @param truncate whether only the first window of a document is kept
 */
public record Windows(int context, int bosId, boolean truncate) {

    public static final int DEFAULT_CONTEXT = 128;

    /** A shorter last window, its BOS included, is dropped. */
    public static final int MIN_WINDOW = 16;

    public Windows {
        if (context < MIN_WINDOW) {
            throw new IllegalArgumentException("context must be at least " + MIN_WINDOW + ", got " + context);
        }
        if (bosId < 0) {
            throw new IllegalArgumentException("bosId must be at least 0, got " + bosId);
        }
    }

    /**
     * The windows of one document, in order; they do not overlap.
     *
     * @param ids the document's ids [n], no special tokens added; not modified
     */
    public List<Window> cut(Document document, int[] ids) {
        List<Window> windows = new ArrayList<>();
        int step = context - 1;
        for (int start = 0; start < ids.length && !(truncate && start > 0); start += step) {
            int taken = Math.min(step, ids.length - start);
            if (taken + 1 < MIN_WINDOW) {
                break;
            }
            int[] window = new int[taken + 1];
            window[0] = bosId;
            System.arraycopy(ids, start, window, 1, taken);
            windows.add(new Window(document.index(), windows.size(), document.subset(), window));
        }
        return List.copyOf(windows);
    }
}
