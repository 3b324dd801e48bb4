package dev.sluice.local.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A curve in text. A character holds two by four dots of Braille where the terminal has them, else one star. Values are
 * on a logarithmic scale if all are above 0.
 *
 * @param width of the drawing in characters, without what stands left of it
 * @param height in lines
 * @param unicode whether the terminal shows more than ASCII
 */
record Plot(int width, int height, boolean unicode) {
    private static final char NO_DOTS = '\u2800';
    private static final int[][] DOTS = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
    private static final String STEPS = "▁▂▃▄▅▆▇█";
    private static final String ASCII_STEPS = "_.-=+*#@";
    private static final int LABEL = 10;
    private static final int ACROSS = 2;
    private static final int DOWN = 4;

    /** Where a value stands between the least and the most. */
    private record Scale(double least, double most, boolean logarithmic) {
        static Scale of(double[] values) {
            double least = Arrays.stream(values).min().orElse(0);
            double most = Arrays.stream(values).max().orElse(1);
            return new Scale(least, most, least > 0);
        }

        /** From 0 to 1; in the middle if all values are equal. */
        double share(double value) {
            if (most <= least) {
                return 1.0 / 2;
            }
            return logarithmic ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
        }
    }

    /** @param points (x, value) each, by x; at least one */
    List<String> lines(List<double[]> points) {
        int across = unicode ? ACROSS : 1;
        int down = unicode ? DOWN : 1;
        Scale x = linear(points);
        Scale y = Scale.of(points.stream().mapToDouble(point -> point[1]).toArray());
        boolean[][] set = dots(points, x, y, width * across, height * down);
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < height; row++) {
            double label = row == 0 ? y.most() : y.least();
            String left = row == 0 || row == height - 1 ? number(label) : "";
            lines.add(pad(left) + (unicode ? " ┤" : " |") + row(set, row));
        }
        String end = count(x.most());
        lines.add(pad("") + (unicode ? " └" : " +") + (unicode ? "─" : "-").repeat(width));
        lines.add(pad("") + "  0" + " ".repeat(Math.max(1, width - 1 - end.length())) + end);
        return lines;
    }

    private static Scale linear(List<double[]> points) {
        return new Scale(0, points.get(points.size() - 1)[0], false);
    }

    /** By column, from the left and the top; joined by lines where the curve is steep. */
    private static boolean[][] dots(List<double[]> points, Scale x, Scale y, int columns, int rows) {
        boolean[][] set = new boolean[columns][rows];
        int lastColumn = -1;
        int lastRow = 0;
        for (double[] point : points) {
            int column = (int) Math.round(x.share(point[0]) * (columns - 1));
            int row = (int) Math.round((1 - y.share(point[1])) * (rows - 1));
            int from = lastColumn < 0 ? column : lastColumn;
            for (int c = from; c <= column; c++) {
                double share = column == from ? 1 : (double) (c - from) / (column - from);
                set[c][lastColumn < 0 ? row : (int) Math.round(lastRow + share * (row - lastRow))] = true;
            }
            lastColumn = column;
            lastRow = row;
        }
        return set;
    }

    private String row(boolean[][] set, int row) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < width; column++) {
            if (unicode) {
                line.append(braille(set, column, row));
            } else {
                line.append(set[column][row] ? '*' : ' ');
            }
        }
        return line.toString().stripTrailing();
    }

    private static char braille(boolean[][] set, int column, int row) {
        int dots = 0;
        for (int right = 0; right < ACROSS; right++) {
            for (int below = 0; below < DOWN; below++) {
                dots |= set[column * ACROSS + right][row * DOWN + below] ? DOTS[right][below] : 0;
            }
        }
        return dots == 0 ? ' ' : (char) (NO_DOTS + dots);
    }

    /** The curve in one line. */
    String spark(List<double[]> points) {
        Scale x = linear(points);
        Scale y = Scale.of(points.stream().mapToDouble(point -> point[1]).toArray());
        String steps = unicode ? STEPS : ASCII_STEPS;
        StringBuilder line = new StringBuilder(" ".repeat(width));
        for (double[] point : points) {
            int column = (int) Math.round(x.share(point[0]) * (width - 1));
            int step = (int) Math.round(y.share(point[1]) * (steps.length() - 1));
            line.setCharAt(column, steps.charAt(step));
        }
        return line.toString();
    }

    private static String number(double value) {
        return value >= 1000 ? count(value) : String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.4f", value);
    }

    private static String count(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String pad(String label) {
        return " ".repeat(Math.max(0, LABEL - label.length())) + label;
    }
}
