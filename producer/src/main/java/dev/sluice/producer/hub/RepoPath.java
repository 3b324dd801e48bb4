package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.HubException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Paths that come from outside and become paths of the cache. */
final class RepoPath {

    private static final Set<String> NOT_A_NAME = Set.of("", ".", "..");
    private static final Pattern FORBIDDEN = Pattern.compile("[\\\\\\p{Cntrl}]|^[A-Za-z]:");
    private static final int MAX_LENGTH = 1024;

    private RepoPath() {}

    /** Whether a path stays below the folder that it is resolved against, on every platform. */
    static boolean isSafe(String path) {
        return path.length() <= MAX_LENGTH
                && !FORBIDDEN.matcher(path).find()
                && List.of(path.split("/", -1)).stream().noneMatch(NOT_A_NAME::contains);
    }

    /** @throws HubException if the path could lead out of the cache */
    static String checked(String path, String from) {
        if (!isSafe(path)) {
            throw new HubException(from
                    + ": a path must be relative, without '.', '..', '\\' and control characters, got '" + path + "'");
        }
        return path;
    }
}
