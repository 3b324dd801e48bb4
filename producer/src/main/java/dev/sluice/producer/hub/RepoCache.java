package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.HubException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One repository in the cache of {@code huggingface_hub}.
 *
 * <pre>
 * models--org--name/
 *   refs/main                        the commit of a branch or tag
 *   blobs/&lt;etag&gt;                     a file's bytes
 *   snapshots/&lt;commit&gt;/config.json   a relative link to its blob
 *   trees/&lt;commit&gt;.json              what the commit holds ({@link TreeFile})
 * .locks/models--org--name/          one for each blob that is being fetched
 * </pre>
 *
 * <p>Whatever another process may read is complete when it gets its name.
 */
final class RepoCache {

    private static final String TAG = "CACHEDIR.TAG";
    private static final String TAG_CONTENT = """
            Signature: 8a477f597d28d172789f06886806bc55
            # This file is a cache directory tag created by huggingface_hub.
            # For information about cache directory tags, see:
            #\thttps://bford.info/cachedir/
            """;

    private static final Logger LOG = LoggerFactory.getLogger(RepoCache.class);

    private final Path cache;
    private final Path repo;
    private final Path locks;

    RepoCache(Path cache, RepoName name) {
        this.cache = cache;
        this.repo = cache.resolve(name.cacheFolder());
        this.locks = cache.resolve(".locks").resolve(name.cacheFolder());
    }

    Path root() {
        return cache;
    }

    Path folder() {
        return repo;
    }

    Path snapshot(String commit) {
        return repo.resolve("snapshots").resolve(commit);
    }

    Path blob(ContentHash hash) {
        return repo.resolve("blobs").resolve(hash.hex());
    }

    /**
     * Where a blob grows. Not the name that older versions of {@code huggingface_hub} append to: its locks are not
     * those of Java, so two could write one file.
     */
    Path incomplete(ContentHash hash) {
        return repo.resolve("blobs").resolve(hash.hex() + ".sluice.incomplete");
    }

    CacheLock lock(ContentHash hash) throws IOException {
        return CacheLock.acquire(Files.createDirectories(locks).resolve(hash.hex() + ".lock"));
    }

    TreeFile tree(String commit) {
        return new TreeFile(repo.resolve("trees").resolve(commit + ".json"));
    }

    /** The commit that a revision had when it was last asked for. */
    Optional<String> commit(String revision) {
        if (RepoName.isCommit(revision)) {
            return Optional.of(revision);
        }
        Path ref = repo.resolve("refs").resolve(revision);
        try {
            return Files.isRegularFile(ref)
                    ? Optional.of(Files.readString(ref).strip()).filter(RepoName::isCommit)
                    : Optional.empty();
        } catch (IOException e) {
            throw new HubException(ref + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Remembers the commit of a branch or tag, where the cache can be written: it may be shared and read-only. */
    void tryKeepCommit(String revision, String commit) {
        if (!revision.equals(commit) && !commit(revision).equals(Optional.of(commit))) {
            tryWrite(repo.resolve("refs").resolve(revision), commit);
        }
    }

    void prepare() throws IOException {
        Files.createDirectories(repo.resolve("blobs"));
        Path tag = cache.resolve(TAG);
        if (!Files.exists(tag)) {
            tryWrite(tag, TAG_CONTENT);
        }
    }

    /** Makes a file of a snapshot a relative link to its blob. */
    void link(String commit, RepoFile file) throws IOException {
        Path link = snapshot(commit).resolve(file.path());
        Path folder = Files.createDirectories(link.getParent());
        if (Files.exists(link)) {
            return;
        }
        Files.deleteIfExists(link); // one that leads nowhere
        try {
            Files.createSymbolicLink(link, folder.relativize(blob(file.hash())));
        } catch (FileAlreadyExistsException e) {
            if (!Files.exists(link)) {
                throw e;
            }
        }
    }

    /** The files of a snapshot that are there, as paths below it with forward slashes, in order. */
    List<String> files(String commit) {
        Path root = snapshot(commit);
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file)
                            .toString()
                            .replace(file.getFileSystem().getSeparator(), "/"))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new HubException(root + " cannot be listed: " + e.getMessage(), e);
        }
    }

    /** What the cache can do without is not written into one that is read-only. */
    static void tryWrite(Path file, String content) {
        try {
            write(file, content);
        } catch (IOException e) {
            LOG.debug("{} is not written", file, e);
        }
    }

    private static void write(Path file, String content) throws IOException {
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = Files.createTempFile(folder, String.valueOf(file.getFileName()), ".tmp");
        try {
            Files.write(part, content.getBytes(StandardCharsets.UTF_8));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
