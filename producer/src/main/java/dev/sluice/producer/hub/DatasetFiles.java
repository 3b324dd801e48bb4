package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.HubException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which Parquet files of a data set are its text: those of the split {@code train}, or all where none is named after a
 * split. A file belongs to the split that its name has as a word, or else the nearest folder's.
 */
final class DatasetFiles {

    private static final String PARQUET = ".parquet";
    private static final String TRAIN = "train";
    private static final Map<String, String> SPLITS = Map.of(
            "train", TRAIN,
            "training", TRAIN,
            "validation", "validation",
            "valid", "validation",
            "dev", "validation",
            "val", "validation",
            "test", "test",
            "testing", "test",
            "eval", "test",
            "evaluation", "test");
    private static final Pattern PART_OF = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})(?:-[0-9a-f]+)?\\.parquet");
    private static final int MAX_NAMED = 12;

    private final RepoName name;
    private final List<String> parquet;

    /** @param paths all of the data set, in order */
    DatasetFiles(RepoName name, List<String> paths) {
        this.name = name;
        this.parquet = paths.stream()
                .filter(path ->
                        path.endsWith(PARQUET) && path.startsWith(name.folder().isEmpty() ? "" : name.folder() + "/"))
                .toList();
    }

    boolean isEmpty() {
        return parquet.isEmpty();
    }

    /**
     * The paths to read, in order.
     *
     * @throws HubException if the name leaves a choice, or names no train split
     */
    List<String> chosen() {
        Map<String, List<String>> bySplit = parquet.stream()
                .collect(Collectors.groupingBy(
                        path -> split(path).orElse(TRAIN), LinkedHashMap::new, Collectors.toList()));
        List<String> train = bySplit.get(TRAIN);
        if (train == null) {
            throw new HubException(name + " must have a split '" + TRAIN + "', it has " + bySplit.keySet());
        }
        TreeSet<String> folders =
                train.stream().map(DatasetFiles::folder).collect(Collectors.toCollection(TreeSet::new));
        if (name.folder().isEmpty() && folders.size() > 1) {
            throw new HubException(name.id() + " has Parquet files in several folders; choose one as " + name.id()
                    + ":FOLDER, of " + folders.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
                    + (folders.size() > MAX_NAMED ? "..." : ""));
        }
        requireWhole(train);
        return train;
    }

    private Optional<String> split(String path) {
        String[] parts = path.substring(name.folder().length()).split("/", -1);
        for (int i = parts.length - 1; i >= 0; i--) {
            Optional<String> split = Stream.of(parts[i].toLowerCase(Locale.ROOT).split("[^a-z]+", -1))
                    .filter(SPLITS::containsKey)
                    .map(SPLITS::get)
                    .findFirst();
            if (split.isPresent()) {
                return split;
            }
        }
        return Optional.empty();
    }

    private static String folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "." : path.substring(0, slash);
    }

    /** What only the cache has may be a part of it: numbered files say how many they are. */
    private void requireWhole(List<String> files) {
        Map<String, List<String>> series = files.stream()
                .filter(path -> PART_OF.matcher(path).matches())
                .collect(Collectors.groupingBy(path -> PART_OF.matcher(path).replaceFirst("$1 of $3")));
        series.forEach((label, parts) -> {
            Matcher last = PART_OF.matcher(parts.get(0));
            if (last.matches() && parts.size() != Integer.parseInt(last.group(3))) {
                throw new HubException(name + " must have " + Integer.parseInt(last.group(3)) + " files like "
                        + parts.get(0) + ", got " + parts.size());
            }
        });
    }
}
