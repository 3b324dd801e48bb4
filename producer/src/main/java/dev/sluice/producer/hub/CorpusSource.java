package dev.sluice.producer.hub;

import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.corpus.Corpora;
import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.hub.net.HubException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A corpus by what a user writes: the bundled one, a path, or a data set's name on the hub. */
public final class CorpusSource {

    private static final String WHAT = "corpus";

    private CorpusSource() {}

    /** Whether {@link #resolve} takes a string: {@code sample}, a path that exists, or the form of a name. */
    public static boolean isLocation(String location) {
        return location.equals(BundledSample.NAME)
                || (!location.isBlank() && Files.exists(Path.of(location)))
                || RepoName.isName(RepoName.Kind.DATASET, location);
    }

    /**
     * Opens a corpus, fetching what is not there. A data set's name and commit are the corpus' name and digest.
     *
     * @param location {@code sample}, a file or folder, or {@code [ORG/]NAME[:FOLDER][@REVISION]}
     * @throws HubException if it can be had neither from the hub nor from the cache
     * @throws dev.sluice.producer.corpus.CorpusException if there is nothing in it that can be read
     */
    public static Corpus resolve(String location, Hub hub) {
        if (!RepoName.isName(RepoName.Kind.DATASET, location)
                || location.equals(BundledSample.NAME)
                || Files.exists(Path.of(location))) {
            return Corpora.open(location);
        }
        RepoName name = RepoName.parse(RepoName.Kind.DATASET, location);
        Snapshot snapshot = hub.open(name);
        if (new DatasetFiles(name, snapshot.paths()).isEmpty()) {
            snapshot = converted(name, snapshot, hub);
        }
        List<String> files = new DatasetFiles(snapshot.name(), snapshot.paths()).chosen();
        snapshot.fetch(files, WHAT);
        snapshot.keep();
        return Corpora.parquet(name.label(), snapshot.commit(), snapshot.folder(), files);
    }

    /** The hub keeps a data set of another format as Parquet too, in a branch of its own. */
    private static Snapshot converted(RepoName name, Snapshot original, Hub hub) {
        HubException none = original.lacks("Parquet files" + (name.folder().isEmpty() ? "" : " in " + name.folder()));
        if (!name.revision().equals(RepoName.MAIN)) {
            throw new HubException(
                    none.getMessage() + "; the hub may have converted the data set: " + name.at(RepoName.CONVERTED));
        }
        Snapshot converted = open(name.at(RepoName.CONVERTED), none, hub);
        if (new DatasetFiles(converted.name(), converted.paths()).isEmpty()) {
            throw none;
        }
        return converted;
    }

    private static Snapshot open(RepoName name, HubException otherwise, Hub hub) {
        try {
            return hub.open(name);
        } catch (HubException e) {
            otherwise.addSuppressed(e);
            throw otherwise;
        }
    }
}
