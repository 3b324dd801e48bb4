package dev.sluice.evaluator.through;

import dev.sluice.evaluator.metric.RunSums;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.RowBatch.Span;
import dev.sluice.producer.model.Comparison;
import dev.sluice.producer.model.LengthBatches;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Some windows of a batch that the model runs at once, as a rectangle [windows, longest]. */
final class WindowGroup {
    /** Of the rectangle, unless one window is longer. */
    private static final int MOST_TOKENS = 1 << 11;

    private final RowBatch rows;
    private final List<Span> windows;

    private WindowGroup(RowBatch rows, List<Span> windows) {
        this.rows = rows;
        this.windows = windows;
    }

    /** All windows of a batch, those of like lengths together. */
    static List<WindowGroup> of(RowBatch rows) {
        List<Span> windows = rows.windows();
        int[] lengths = windows.stream().mapToInt(Span::rows).toArray();
        return LengthBatches.split(lengths, MOST_TOKENS).stream()
                .map(indices -> new WindowGroup(
                        rows, Arrays.stream(indices).mapToObj(windows::get).toList()))
                .toList();
    }

    int[][] tokens() {
        return windows.stream()
                .map(window -> {
                    int[] tokens = new int[window.rows()];
                    rows.tokenIds().get(window.first(), tokens);
                    return tokens;
                })
                .toArray(int[][]::new);
    }

    int size() {
        return windows.size();
    }

    int longest() {
        return windows.stream().mapToInt(Span::rows).max().orElseThrow();
    }

    /**
     * Where the rows of the rectangle stand, [windows * longest], if the replacements of all rows of the batch stand below
     * the rows.
     *
     * @param replaced rows that are taken from below
     */
    long[] places(RowSet replaced) {
        return places(row -> replaced.has(rows.classes().get(row)) ? rows.rows() + row : row);
    }

    /** The same with no row replaced. */
    long[] places() {
        return places(row -> row);
    }

    private long[] places(IntUnaryOperator placeOfRow) {
        int longest = longest();
        long[] places = new long[size() * longest];
        for (int i = 0; i < size(); i++) {
            Span window = windows.get(i);
            for (int t = 0; t < longest; t++) {
                int row = window.first() + Math.min(t, window.rows() - 1); // behind the end nothing is read
                places[i * longest + t] = placeOfRow.applyAsInt(row);
            }
        }
        return places;
    }

    /** Adds what a run predicted at the scored rows that have a next token in their window. */
    void addTo(DocumentSums sums, Comparison run, RowSet scored) {
        for (int i = 0; i < size(); i++) {
            Span window = windows.get(i);
            sums.add(rows.documents().get(window.first()), sums(i, window, run, scored));
        }
    }

    private RunSums sums(int i, Span window, Comparison run, RowSet scored) {
        long positions = 0;
        double crossEntropy = 0;
        double kl = 0;
        double agreement = 0;
        for (int t = 0; t < window.rows() - 1; t++) {
            if (scored.has(rows.classes().get(window.first() + t))) {
                positions++;
                crossEntropy += run.nll()[i][t];
                kl += run.kl()[i][t];
                agreement += run.agreement()[i][t];
            }
        }
        return new RunSums(positions, crossEntropy, kl, agreement);
    }
}
