package dev.sluice.producer.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One text file of a folder is one document; its subset is the first folder level below the root. */
record TextFile(Path path, String name) implements StoredFile {

    @Override
    public RowReader rows() {
        return new Reader();
    }

    private String subset() {
        int slash = name.indexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    private final class Reader implements RowReader {

        private boolean read;

        @Override
        public @Nullable Row next() throws IOException {
            if (read) {
                return null;
            }
            read = true;
            long size = bytes();
            if (size > StrictText.MAX_BYTES) {
                throw new CorpusException(path + ": " + StrictText.tooLong(size));
            }
            return new Row(StrictText.decode(Files.readAllBytes(path), path.toString()), subset());
        }

        @Override
        public long skip(long rows) {
            if (read || rows == 0) {
                return 0;
            }
            read = true;
            return 1;
        }

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
