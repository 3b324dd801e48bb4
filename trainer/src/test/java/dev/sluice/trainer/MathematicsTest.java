package dev.sluice.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** MATHEMATICS.md and the comments that cite it. */
class MathematicsTest {
    private static final Pattern CITED = Pattern.compile("MATHEMATICS\\.md,\\s+(?:\\* )?\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("(?m)^## (.+)$");

    @Test
    void shouldHaveASectionForEveryCitation() throws IOException {
        Set<String> headings = found(HEADING, List.of(Path.of("MATHEMATICS.md")));

        assertThat(found(CITED, sources())).isNotEmpty().isSubsetOf(headings);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static Set<String> found(Pattern pattern, List<Path> files) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path file : files) {
            pattern.matcher(Files.readString(file))
                    .results()
                    .map(match -> match.group(1))
                    .forEach(found::add);
        }
        return found;
    }
}
