package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.Attempts;
import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.hub.net.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where one file's bytes are had; asks the hub again when a signed address has run out. Safe for several threads. */
final class FileSource {

    /** What content networks answer when an address is no longer signed well. */
    private static final Set<Integer> EXPIRED = Set.of(400, 401, 403, 404, 410);

    private final RepoFile file;
    private final String commit;
    private final HubApi api;
    private final Wire wire;
    private @Nullable URI address;

    FileSource(RepoFile file, String commit, HubApi api, Wire wire) {
        this.file = file;
        this.commit = commit;
        this.api = api;
        this.wire = wire;
    }

    String name() {
        return file.path();
    }

    long size() {
        return file.size();
    }

    synchronized URI address() {
        URI known = address;
        if (known == null) {
            known = api.locate(file, commit);
            address = known;
        }
        return known;
    }

    /**
     * After an answer that is neither the content nor passing: the address is asked for again, where it was not the
     * hub itself that answered.
     *
     * @throws HubException if there is no use in that
     */
    void refused(URI stale, HttpResponse<?> answer, Attempts attempts) {
        if (wire.isHub(answer.uri()) || !EXPIRED.contains(answer.statusCode())) {
            throw api.refusal(answer);
        }
        synchronized (this) {
            if (stale.equals(address)) {
                address = null;
            }
        }
        attempts.failed(new IOException(
                answer.uri().getHost() + " answers with status " + answer.statusCode() + ", its address has run out"));
    }
}
