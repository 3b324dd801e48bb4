package dev.sluice.producer.block;

import dev.sluice.producer.contract.RowClass;
import dev.sluice.producer.contract.RowLabel;
import dev.sluice.producer.corpus.Window;
import java.util.List;
import java.util.Set;

/** What is known of the rows of some windows without the model, in corpus order; shared by all hooks. */
public final class RowLabels {
    private final int[] tokenIds;
    private final int[] positions;
    private final int[] windowOfRow;
    private final int[] firstRowOfWindow;
    private final List<Window> windows;
    private final boolean ofText;
    private final Set<Integer> specialIds;

    /** Rows of text, whose first positions and special tokens are classes of their own. */
    public static RowLabels ofText(List<Window> windows, Set<Integer> specialIds) {
        return new RowLabels(windows, true, specialIds);
    }

    /** Rows that are all alike. */
    public static RowLabels ofSynthetic(List<Window> windows) {
        return new RowLabels(windows, false, Set.of());
    }

    private RowLabels(List<Window> windows, boolean ofText, Set<Integer> specialIds) {
        int rows = windows.stream().mapToInt(Window::length).reduce(0, Math::addExact);
        this.windows = windows;
        this.ofText = ofText;
        this.specialIds = Set.copyOf(specialIds);
        this.tokenIds = new int[rows];
        this.positions = new int[rows];
        this.windowOfRow = new int[rows];
        this.firstRowOfWindow = new int[windows.size()];
        int row = 0;
        for (int w = 0; w < windows.size(); w++) {
            firstRowOfWindow[w] = row;
            int[] ids = windows.get(w).tokenIds();
            System.arraycopy(ids, 0, tokenIds, row, ids.length);
            for (int position = 0; position < ids.length; position++, row++) {
                positions[row] = position;
                windowOfRow[row] = w;
            }
        }
    }

    int rows() {
        return tokenIds.length;
    }

    int firstRowOfWindow(int window) {
        return firstRowOfWindow[window];
    }

    public int position(int row) {
        return positions[row];
    }

    public long document(int row) {
        return windows.get(windowOfRow[row]).document();
    }

    /** All that a record says of a row, which is of this class. */
    public RowLabel label(int row, RowClass rowClass) {
        Window window = windows.get(windowOfRow[row]);
        return new RowLabel(
                window.document(), window.ordinal(), positions[row], tokenIds[row], window.subset(), rowClass);
    }

    /** The class as far as it does not depend on activations. */
    public RowClass baseClass(int row) {
        if (ofText && positions[row] == 0) {
            return RowClass.FIRST_POSITION;
        }
        return specialIds.contains(tokenIds[row]) ? RowClass.SPECIAL_TOKEN : RowClass.REST;
    }
}
