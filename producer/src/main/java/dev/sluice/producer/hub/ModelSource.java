package dev.sluice.producer.hub;

import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.hub.net.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A language model's files, and what names it in a stream's identity.
 *
 * @param name readable
 * @param folder in Hugging Face layout
 * @param revision commit at the hub; empty where the content alone tells
 */
public record ModelSource(String name, Path folder, String revision) {

    /** A folder that the user has. */
    public static ModelSource ofFolder(Path folder) {
        return new ModelSource(
                String.valueOf(folder.toAbsolutePath().normalize().getFileName()), folder, "");
    }

    /** Whether {@link #resolve} takes a string: {@code sample}, a folder that exists, or the form of a name. */
    public static boolean isLocation(String location) {
        return location.equals(BundledSample.NAME)
                || isFolder(location)
                || RepoName.isName(RepoName.Kind.MODEL, location);
    }

    /**
     * Has a model's files, fetching what is not there.
     *
     * @param location {@code sample}, a folder, or {@code ORG/NAME[@REVISION]}
     * @param sampleFolder where the bundled model is unpacked
     * @throws HubException if it can be had neither from the hub nor from the cache
     * @throws dev.sluice.producer.model.ModelException if its architecture is not supported
     * @throws IOException if the bundled model cannot be unpacked
     */
    public static ModelSource resolve(String location, Path sampleFolder, Hub hub) throws IOException {
        if (location.equals(BundledSample.NAME)) {
            return new ModelSource(BundledSample.NAME, BundledSample.unpackModel(sampleFolder), "");
        }
        if (isFolder(location)) {
            return ofFolder(Path.of(location));
        }
        Snapshot snapshot = hub.open(RepoName.parse(RepoName.Kind.MODEL, location));
        new ModelFiles(snapshot).fetch();
        snapshot.keep();
        return new ModelSource(snapshot.name().label(), snapshot.folder(), snapshot.commit());
    }

    /**
     * What names the content in a stream's identity: the commit at the hub, else a digest of config and weights.
     *
     * @throws IOException if the folder cannot be read
     */
    public String identity() throws IOException {
        return revision.isEmpty() ? ModelDigest.of(folder) : revision;
    }

    private static boolean isFolder(String location) {
        return !location.isBlank() && Files.isDirectory(Path.of(location));
    }
}
