package dev.sluice.producer.corpus;

import java.io.IOException;
import java.io.InputStream;

/** One stored file of a corpus. */
interface RowFile {

    /** The path below the corpus's root, with forward slashes: part of the corpus's identity. */
    String name();

    /** What error messages call it. */
    String location();

    long bytes() throws IOException;

    InputStream content() throws IOException;

    RowReader rows() throws IOException;
}
