package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.HubException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository on the hub as users write it: {@code ORG/NAME[:FOLDER][@REVISION]}.
 *
 * @param id {@code ORG/NAME}; for some data sets {@code NAME} alone
 * @param folder of a data set of which alone the files are read, empty for all of them
 * @param revision a branch, a tag or a commit
 */
public record RepoName(Kind kind, String id, String folder, String revision) {

    /** What a repository holds, with the word for it in addresses and in the cache. */
    public enum Kind {
        MODEL("models"),
        DATASET("datasets");

        private final String plural;

        Kind(String plural) {
            this.plural = plural;
        }

        String plural() {
            return plural;
        }
    }

    static final String MAIN = "main";

    /** Where the hub keeps its own conversion of a data set to Parquet. */
    static final String CONVERTED = "refs/convert/parquet";

    private static final String PART = "[A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9_])?";
    private static final Pattern FORM =
            Pattern.compile("(?<id>" + PART + "(?:/" + PART + ")?)(?::(?<folder>[^@:]+))?(?:@(?<revision>.+))?");
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][\\w./+-]{0,254}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final int MAX_ID = 96;

    /** A string that ends so is a file that does not exist, not a name. */
    private static final List<String> FILES =
            List.of(".parquet", ".jsonl", ".json", ".gz", ".zst", ".txt", ".md", ".csv", ".git", ".safetensors");

    /** Whether a string that names no file has the form of a name; a model's has an organisation. */
    public static boolean isName(Kind kind, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return false;
        }
        String id = form.group("id");
        String folder = form.group("folder");
        String revision = form.group("revision");
        return id.length() <= MAX_ID
                && !id.contains("..")
                && !id.contains("--")
                && FILES.stream().noneMatch(id.toLowerCase(Locale.ROOT)::endsWith)
                && (kind == Kind.DATASET || id.contains("/"))
                && (folder == null || (kind == Kind.DATASET && RepoPath.isSafe(folder)))
                && (revision == null || (REVISION.matcher(revision).matches() && RepoPath.isSafe(revision)));
    }

    /** @throws HubException if the text has not the form of a name */
    public static RepoName parse(Kind kind, String text) {
        Matcher form = FORM.matcher(text);
        if (!isName(kind, text) || !form.matches()) {
            String rule = kind == Kind.MODEL ? "ORG/NAME[@REVISION]" : "[ORG/]NAME[:FOLDER][@REVISION]";
            throw new HubException("a name on the hub must have the form " + rule + ", got '" + text + "'");
        }
        String folder = form.group("folder");
        String revision = form.group("revision");
        return new RepoName(kind, form.group("id"), folder == null ? "" : folder, revision == null ? MAIN : revision);
    }

    RepoName at(String other) {
        return new RepoName(kind, id, folder, other);
    }

    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /** The name without its revision. */
    String label() {
        return folder.isEmpty() ? id : id + ":" + folder;
    }

    /** Of the repository in the cache. */
    String cacheFolder() {
        return kind.plural() + "--" + id.replace("/", "--");
    }

    @Override
    public String toString() {
        return revision.equals(MAIN) ? label() : label() + "@" + revision;
    }
}
