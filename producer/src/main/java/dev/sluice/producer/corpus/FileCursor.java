package dev.sluice.producer.corpus;

import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Reads the files of a corpus one after the other, holding one row at a time. */
final class FileCursor implements DocumentCursor {

    private final String corpus;
    private final List<RowFile> files;
    private final long first;

    private int file;
    private long row;
    private long bytesOfFinishedFiles;
    private @Nullable RowReader reader;
    private @Nullable Document ahead;

    FileCursor(String corpus, List<RowFile> files, long first) {
        this.corpus = corpus;
        this.files = files;
        this.first = first;
    }

    @Override
    public boolean hasNext() {
        while (ahead == null && file < files.size()) {
            advance(files.get(file));
        }
        if (ahead == null && row == 0) {
            throw new CorpusException(corpus + ": holds no documents; a corpus must have at least one row");
        }
        return ahead != null;
    }

    @Override
    public Document next() {
        if (!hasNext() || ahead == null) {
            throw new NoSuchElementException(corpus + ": no document after row " + (row - 1));
        }
        Document document = ahead;
        ahead = null;
        return document;
    }

    private void advance(RowFile current) {
        try {
            RowReader rows = reader;
            if (rows == null) {
                rows = current.rows();
                reader = rows;
            }
            if (row < first) {
                row += rows.skip(first - row);
            }
            RowReader.Row next = rows.next();
            if (next == null) {
                finish(current, rows);
            } else {
                String text = next.text();
                ahead = text == null ? null : new Document(row, text, next.subset());
                row++;
            }
        } catch (IOException e) {
            throw new CorpusException(current.location() + ": cannot be read at row " + row + ": " + e.getMessage(), e);
        }
    }

    private void finish(RowFile finished, RowReader rows) throws IOException {
        reader = null;
        rows.close();
        bytesOfFinishedFiles += finished.bytes();
        file++;
    }

    @Override
    public long bytesRead() {
        return bytesOfFinishedFiles + (reader == null ? 0 : reader.bytesRead());
    }

    @Override
    public void close() {
        RowReader open = reader;
        reader = null;
        file = files.size();
        ahead = null;
        row = Math.max(row, 1);
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new CorpusException(corpus + ": cannot be closed: " + e.getMessage(), e);
            }
        }
    }
}
