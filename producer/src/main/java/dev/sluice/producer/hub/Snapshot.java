package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.hub.net.UnreachableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A repository at one commit: what it holds, and those of its files that are asked for. */
final class Snapshot {

    /** Has a blob in the cache, verified; the caller holds its lock. */
    interface Fetching {
        void fetch(RepoFile file, String commit, RepoCache cache, Progress progress) throws IOException;
    }

    private static final double MEGABYTE = 1e6;

    private final RepoName name;
    private final String commit;
    private final Optional<Map<String, RepoFile>> listed;
    private final RepoCache cache;
    private final Optional<Fetching> hub;
    private final HubListener listener;

    /**
     * @param files all that the commit has, if that is known
     * @param hub empty to take what the cache has
     */
    Snapshot(
            RepoName name,
            String commit,
            Optional<List<RepoFile>> files,
            RepoCache cache,
            Optional<Fetching> hub,
            HubListener listener) {
        this.name = name;
        this.commit = commit;
        this.listed = files.map(all -> all.stream().collect(Collectors.toMap(RepoFile::path, Function.identity())));
        this.cache = cache;
        this.hub = hub;
        this.listener = listener;
    }

    RepoName name() {
        return name;
    }

    /** 40 hex digits. */
    String commit() {
        return commit;
    }

    /** Where fetched files lie, by their paths. */
    Path folder() {
        return cache.snapshot(commit);
    }

    /** Paths of all files, in order; where the commit's listing is not known, of those in the cache. */
    List<String> paths() {
        return listed.map(files -> files.keySet().stream().sorted().toList()).orElseGet(() -> cache.files(commit));
    }

    /** Says that the commit lacks something; or that the cache does, where the listing is not known. */
    HubException lacks(String what) {
        return listed.isPresent() ? new HubException(name + " at " + commit + " has no " + what) : notCached(what);
    }

    private HubException notCached(String what) {
        return new HubException("the cache has no " + what + " of " + name + " at " + commit + "; start once where the"
                + " hub can be reached, or " + elsewhere(cache));
    }

    /** What a user without the hub can do. */
    static String elsewhere(RepoCache cache) {
        return "copy " + cache.folder().getFileName() + " into " + cache.root() + " from another machine's cache,"
                + " or give a path instead of the name";
    }

    /**
     * Has these files in the folder, with the content that the commit gives them: also what is in the cache already is
     * read and compared with its hash.
     *
     * @param what they are, for the progress
     * @throws HubException if one of them cannot be had, or is not what it should be
     */
    void fetch(Collection<String> paths, String what) {
        try {
            if (listed.isEmpty()) {
                for (String path : paths) {
                    verify(path);
                }
                return;
            }
            List<RepoFile> missing = new ArrayList<>();
            for (String path : paths) {
                RepoFile file = file(path);
                if (Files.exists(cache.blob(file.hash())) || Files.exists(folder().resolve(path))) {
                    verify(file);
                } else {
                    missing.add(file);
                }
            }
            download(missing, what);
        } catch (UnreachableException e) {
            throw new HubException(e.getMessage() + "; what has come is kept, the same command goes on from there", e);
        } catch (IOException e) {
            throw new HubException(
                    "the cache " + cache.root() + " cannot be used: " + e + "; HF_HOME may name another", e);
        }
    }

    /** Has the cache remember the commit of the name's branch or tag, now that all that is needed of it is there. */
    void keep() {
        cache.tryKeepCommit(name.revision(), commit);
    }

    private RepoFile file(String path) {
        RepoFile file = listed.orElse(Map.of()).get(path);
        if (file == null) {
            throw lacks(path);
        }
        return file;
    }

    /** Of a cache whose listing is not known: the name of a blob is its hash. */
    private void verify(String path) throws IOException {
        Path file = folder().resolve(path);
        if (!Files.exists(file)) {
            throw lacks(path);
        }
        Path blob = Files.isSymbolicLink(file) ? Files.readSymbolicLink(file) : file;
        Optional<ContentHash> hash = ContentHash.parse(String.valueOf(blob.getFileName()));
        if (hash.isPresent()) {
            verify(file, path, hash.get());
        }
    }

    private void verify(RepoFile file) throws IOException {
        if (Files.exists(cache.blob(file.hash()))) {
            verify(cache.blob(file.hash()), file.path(), file.hash());
            cache.link(commit, file);
        } else {
            verify(folder().resolve(file.path()), file.path(), file.hash()); // a cache without links
        }
    }

    private static void verify(Path file, String path, ContentHash hash) throws IOException {
        ContentHash found = hash.of(file);
        if (!found.equals(hash)) {
            throw new HubException(file + " must have the " + hash.algorithm() + " " + hash.hex() + ", got "
                    + found.hex() + ": the file is damaged; delete it, and it is fetched again");
        }
        FileContent.check(path, file);
    }

    private void download(List<RepoFile> missing, String what) throws IOException {
        if (missing.isEmpty()) {
            return;
        }
        Fetching fetching = hub.orElseThrow(() -> notCached(missing.get(0).path()));
        cache.prepare();
        long all = missing.stream().mapToLong(RepoFile::size).sum();
        requireSpace(missing);
        Progress progress = new Progress(listener, what, all);
        for (RepoFile file : missing) {
            CacheLock lock = cache.lock(file.hash());
            try {
                progress.begin();
                if (Files.exists(cache.blob(file.hash()))) {
                    progress.add(file.size()); // by another process, while this one waited
                } else {
                    fetching.fetch(file, commit, cache, progress);
                }
                cache.link(commit, file);
            } finally {
                lock.close();
            }
        }
        listener.done();
    }

    private void requireSpace(List<RepoFile> missing) throws IOException {
        long needed = 0;
        for (RepoFile file : missing) {
            Path part = cache.incomplete(file.hash());
            needed += Math.max(0, file.size() - (Files.exists(part) ? Files.size(part) : 0));
        }
        long free = Files.getFileStore(cache.root()).getUsableSpace();
        if (needed > free) {
            throw new HubException(String.format(
                    Locale.ROOT,
                    "%s needs %,.1f MB in the cache %s, which has %,.1f MB free; HF_HOME may name another",
                    name,
                    needed / MEGABYTE,
                    cache.root(),
                    free / MEGABYTE));
        }
    }
}
