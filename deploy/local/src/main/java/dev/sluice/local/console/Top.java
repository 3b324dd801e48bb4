package dev.sluice.local.console;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The page in a terminal: asks for what there is, draws it, listens to keys. Knows a run from its JSON API alone. */
public final class Top {
    private static final long REDRAW_NANOS = 1_000_000_000L;
    private static final char LEAVE_KEY = 'q';

    private final PageClient page;
    private final PrintStream out;
    private final Screen screen;
    private @Nullable String stream;

    /** Keys as they are pressed. */
    @FunctionalInterface
    public interface Keys {
        /** The next key; 0 after a moment without one, -1 when there will be none. */
        int next() throws IOException, InterruptedException;
    }

    Top(PageClient page, @Nullable String stream, PrintStream out, Screen screen) {
        this.page = page;
        this.stream = stream;
        this.out = out;
        this.screen = screen;
    }

    /**
     * On standard output.
     *
     * @param columns of the terminal
     * @param rows of the terminal
     * @param unicode whether it shows more than ASCII
     */
    public static Top of(
            PageClient page, @Nullable String stream, PrintStream out, int columns, int rows, boolean unicode) {
        return new Top(page, stream, out, new Screen(columns, rows, unicode));
    }

    /**
     * Prints the screens one after another, to stay.
     *
     * @param wanted name of a screen, null for all
     */
    public void print(@Nullable String wanted) throws IOException, InterruptedException {
        Snapshot seen = Snapshot.of(page, stream);
        for (TopScreen.Kind kind : kinds(wanted)) {
            TopScreen.of(kind).draw(seen, screen).forEach(out::println);
            out.println();
        }
        out.flush();
    }

    /** The names of screens. */
    public static List<String> screens() {
        return kinds(null).stream().map(TopScreen.Kind::word).toList();
    }

    private static List<TopScreen.Kind> kinds(@Nullable String wanted) {
        List<TopScreen.Kind> kinds = new ArrayList<>(TopScreen.SCREENS);
        kinds.removeIf(kind -> wanted != null && !kind.word().equals(wanted));
        return kinds;
    }

    /**
     * Redraws until the user leaves.
     *
     * @param wanted name of the first screen, null for the table of variants
     */
    public void follow(Keys keys, @Nullable String wanted) throws IOException, InterruptedException {
        TopScreen shown =
                wanted == null ? TopScreen.FIRST : TopScreen.of(kinds(wanted).get(0));
        try (AlternateScreen whole = AlternateScreen.enter(out)) {
            Snapshot seen = Snapshot.of(page, stream);
            long asked = System.nanoTime();
            whole.draw(lines(shown, seen, ""));
            for (int key = keys.next(); key != LEAVE_KEY && key >= 0; key = keys.next()) {
                String trouble = "";
                if (key == 's') {
                    stream = after(seen);
                }
                shown = shown.after((char) key, seen.variants().rows().size());
                if (key == 's' || System.nanoTime() - asked >= REDRAW_NANOS) {
                    try {
                        seen = Snapshot.of(page, stream);
                    } catch (IOException e) {
                        trouble = "the page does not answer: " + e.getMessage();
                    }
                    asked = System.nanoTime();
                    whole.draw(lines(shown, seen, trouble));
                } else if (key != 0) {
                    whole.draw(lines(shown, seen, trouble));
                }
            }
        }
    }

    /** The stream behind the one that is shown. */
    private @Nullable String after(Snapshot seen) {
        List<String> all = seen.streams();
        return all.isEmpty() ? stream : all.get((all.indexOf(seen.stream()) + 1) % all.size());
    }

    private List<String> lines(TopScreen shown, Snapshot seen, String trouble) {
        List<String> lines = new ArrayList<>(shown.draw(seen, screen));
        lines.add(trouble.isEmpty() ? shown.keys(screen) : screen.cut("  " + trouble));
        return lines;
    }
}
