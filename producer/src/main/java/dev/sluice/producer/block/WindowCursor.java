package dev.sluice.producer.block;

import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.DocumentCursor;
import dev.sluice.producer.corpus.Window;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The windows of a corpus in order, from a place on. */
public final class WindowCursor implements AutoCloseable {
    private final Corpus corpus;
    private final CorpusPlace start;
    private final DocumentCursor documents;
    private final Function<Document, List<Window>> cut;
    private List<Window> windows = List.of();
    private CorpusPlace place;
    private boolean heldOut;
    private long documentsRead;
    private long charactersRead;

    /** @param cut gives the windows of a document; is called once for each */
    public WindowCursor(Corpus corpus, Function<Document, List<Window>> cut, CorpusPlace start) {
        this.corpus = corpus;
        this.start = start;
        this.place = start;
        this.documentsRead = start.document();
        this.documents = corpus.open(start.document());
        this.cut = cut;
    }

    /** Reads on to the next document that has a window left; false at the end of the corpus. */
    boolean hasNext() {
        while (windows.isEmpty() || place.window() >= windows.size()) {
            if (!documents.hasNext()) {
                return false;
            }
            load(documents.next());
        }
        return true;
    }

    private void load(Document document) {
        documentsRead = document.index() + 1;
        charactersRead += document.text().length();
        windows = cut.apply(document);
        heldOut = !windows.isEmpty() && corpus.isHeldOut(document);
        place = new CorpusPlace(document.index(), document.index() == start.document() ? start.window() : 0);
    }

    /** Where the next window is; asked after {@link #hasNext}, so that it depends on the windows taken alone. */
    CorpusPlace place() {
        return place;
    }

    /** Whether the window that {@link #next} will give belongs to the held-out split. */
    boolean nextIsHeldOut() {
        return heldOut;
    }

    Window next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the corpus has no window after " + place);
        }
        Window window = windows.get(place.window());
        place = new CorpusPlace(place.document(), place.window() + 1);
        return window;
    }

    long documentsRead() {
        return documentsRead;
    }

    /**
     * Stored bytes of the corpus read so far, an estimate: readers read ahead, but a document that is not compressed
     * takes no fewer bytes than it has characters. After a start in the middle, what the reader says.
     */
    long bytesRead() {
        long read = documents.bytesRead();
        return start.document() == 0 ? Math.min(read, charactersRead) : read;
    }

    @Override
    public void close() {
        documents.close();
    }
}
