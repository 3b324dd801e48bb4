package dev.sluice.local;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a running process answers.
 *
 * @param url of its page, null for that of the data dir
 * @param dataDir of the run
 */
record PageAddress(@Nullable URI url, Path dataDir) {
    /**
     * With a slash at the end.
     *
     * @throws LocalException if no run has ever used the data dir
     */
    URI page() {
        if (url != null) {
            return URI.create(url.toString().endsWith("/") ? url.toString() : url + "/");
        }
        return Ports.kept(dataDir.resolve(DataFolder.PORTS))
                .map(Ports::page)
                .orElseThrow(() -> new LocalException("nothing runs on the data dir "
                        + dataDir.toAbsolutePath().normalize() + "; start it (" + start()
                        + "), or name another by --data-dir or --url"));
    }

    /** Nobody answers at the page. */
    LocalException silent(Throwable cause) {
        return new LocalException("nothing answers at " + page() + "; is the run up? (" + start() + ")", cause);
    }

    private String start() {
        return url != null ? "EvaluatorMain, or deploy/local/run" : "deploy/local/run --data-dir " + dataDir;
    }
}
