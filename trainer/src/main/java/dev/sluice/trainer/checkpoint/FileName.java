package dev.sluice.trainer.checkpoint;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the name of a checkpoint file says; ordered by generation, then step. */
record FileName(Path path, String variant, int generation, long step, String sha256) implements Comparable<FileName> {
    private static final Pattern PATTERN =
            Pattern.compile("([a-z0-9][a-z0-9-]*)\\.g([0-9]{1,9})\\.s([0-9]{10,18})\\.([0-9a-f]{64})\\.safetensors");
    private static final Comparator<FileName> ORDER = Comparator.comparingInt(FileName::generation)
            .thenComparingLong(FileName::step)
            .thenComparing(FileName::sha256);

    static Optional<FileName> of(Path path) {
        Matcher matcher = PATTERN.matcher(path.getFileName().toString());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new FileName(
                path,
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                matcher.group(4)));
    }

    @Override
    public int compareTo(FileName other) {
        return ORDER.compare(this, other);
    }
}
