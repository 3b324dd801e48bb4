package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.hub.net.HubSettings;
import dev.sluice.producer.hub.net.Pause;
import dev.sluice.producer.hub.net.UnreachableException;
import dev.sluice.producer.hub.net.Wire;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A Hugging Face hub and the cache of what was fetched from it, shared with {@code huggingface_hub}. Environment
 * variables have the names and meanings that they have there.
 */
public final class Hub {

    private final Supplier<HubSettings> environment;
    private final HubListener listener;
    private final Pause pause;
    private final int rangeBytes;

    Hub(Supplier<HubSettings> environment, HubListener listener, Pause pause, int rangeBytes) {
        this.environment = environment;
        this.listener = listener;
        this.pause = pause;
        this.rangeBytes = rangeBytes;
    }

    /** Reads nothing yet: what is wrong with the environment matters to those alone who name something on a hub. */
    public static Hub ofEnvironment(HubListener listener) {
        Path home = Path.of(System.getProperty("user.home"));
        return new Hub(() -> HubSettings.of(System.getenv(), home), listener, Pause.real(), Download.RANGE_BYTES);
    }

    /**
     * Finds what a name stands for: at the hub, or in the cache if the hub may not be asked or cannot be reached.
     *
     * @throws HubException if there is no such repository or revision, it may not be read, or the environment has
     *     values that cannot be used
     */
    Snapshot open(RepoName name) {
        HubSettings settings = environment.get();
        RepoCache cache = new RepoCache(settings.cache(), name);
        if (settings.offline()) {
            return cached(name, cache)
                    .orElseThrow(() -> new HubException("HF_HUB_OFFLINE is set and " + absent(name, settings)
                            + "; start once without it where " + settings.endpoint() + " can be reached, or "
                            + Snapshot.elsewhere(cache)));
        }
        try {
            return online(name, cache, settings);
        } catch (UnreachableException e) {
            Snapshot snapshot = cached(name, cache)
                    .orElseThrow(() -> new HubException(
                            settings.endpoint()
                                    + " cannot be reached and " + absent(name, settings) + " (" + e.getMessage()
                                    + "); check the network and HTTPS_PROXY, or " + Snapshot.elsewhere(cache),
                            e));
            listener.say(settings.endpoint() + " cannot be reached (" + e.getMessage() + "); going on with what the"
                    + " cache has of " + name + ", " + snapshot.commit());
            return snapshot;
        }
    }

    private static String absent(RepoName name, HubSettings settings) {
        return "the cache " + settings.cache() + " has nothing of " + name;
    }

    private Snapshot online(RepoName name, RepoCache cache, HubSettings settings) {
        Wire wire = new Wire(settings);
        HubApi api = new HubApi(name, settings, wire, pause);
        Optional<List<RepoFile>> known =
                RepoName.isCommit(name.revision()) ? cache.tree(name.revision()).read() : Optional.empty();
        if (known.isPresent()) {
            return new Snapshot(name, name.revision(), known, cache, Optional.of(fetching(wire, api)), listener);
        }
        HubApi.Revision revision = api.revision();
        listener.say((name.kind() == RepoName.Kind.MODEL ? "model " : "data set ") + name.label() + " at "
                + revision.commit() + ", licence "
                + (revision.licence().isEmpty() ? "not stated" : revision.licence()));
        TreeFile tree = cache.tree(revision.commit());
        List<RepoFile> files = tree.read().orElseGet(() -> listed(api, revision.commit(), tree));
        return new Snapshot(
                name, revision.commit(), Optional.of(files), cache, Optional.of(fetching(wire, api)), listener);
    }

    private static List<RepoFile> listed(HubApi api, String commit, TreeFile tree) {
        List<RepoFile> files = api.files(commit);
        tree.tryWrite(files);
        return files;
    }

    private Snapshot.Fetching fetching(Wire wire, HubApi api) {
        return (file, commit, cache, progress) -> {
            RangeFetch ranges = new RangeFetch(new FileSource(file, commit, api, wire), wire, pause);
            new Download(file, cache, ranges, rangeBytes, progress).run();
        };
    }

    private Optional<Snapshot> cached(RepoName name, RepoCache cache) {
        return cache.commit(name.revision())
                .filter(commit -> !cache.files(commit).isEmpty())
                .map(commit ->
                        new Snapshot(name, commit, cache.tree(commit).read(), cache, Optional.empty(), listener));
    }
}
