package dev.sluice.local.console;

/** A progress bar in text, to an eighth of a character where the terminal has them. */
final class Bar {
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

    private Bar() {}

    /**
     * @param fraction cut to 0 to 1
     * @param width in characters, brackets included
     * @param unicode whether the terminal shows block characters
     */
    static String of(double fraction, int width, boolean unicode) {
        int cells = width - 2;
        double filled = Math.max(0, Math.min(1, fraction)) * cells;
        int full = (int) filled;
        StringBuilder bar = new StringBuilder(width).append(unicode ? '▕' : '[');
        bar.append((unicode ? "█" : "#").repeat(full));
        if (full < cells) {
            int eighth = (int) ((filled - full) * 8);
            bar.append(unicode ? EIGHTHS.charAt(eighth) : '.').append((unicode ? " " : ".").repeat(cells - full - 1));
        }
        return bar.append(unicode ? '▏' : ']').toString();
    }
}
