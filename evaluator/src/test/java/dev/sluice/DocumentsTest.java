package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what the documents say of packages and headings against what there is. */
class DocumentsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("..");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.]+)` \\|(?:.*\\|)? ([^|]*) \\|$");
    private static final Pattern HEADING = Pattern.compile("(?m)^## (.*)$");
    private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\(#([^)]*)\\)");

    @ParameterizedTest
    @ValueSource(strings = {"producer", "trainer", "evaluator"})
    void shouldListExactlyThePackagesThatThereAre(String module) throws IOException {
        String root = "dev.sluice." + module + ".";
        Set<String> rooms = ArchitectureTest.HOUSE.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(root))
                .map(name -> name.substring(root.length()))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(table(module).keySet()).isEqualTo(rooms);
    }

    @Test
    void shouldCallExportedWhatTheProducerExports() throws IOException {
        shouldCallExported("producer", ArchitectureTest.PRODUCER_ROOMS, ArchitectureTest.PRODUCER_TYPES);
    }

    @Test
    void shouldCallExportedWhatTheTrainerExports() throws IOException {
        shouldCallExported("trainer", ArchitectureTest.TRAINER_ROOMS, ArchitectureTest.TRAINER_TYPES);
    }

    private static void shouldCallExported(String module, String[] rooms, Class<?>[] types) throws IOException {
        Map<String, String> expected = new TreeMap<>();
        table(module).keySet().forEach(room -> expected.put(room, "no"));
        for (String room : rooms) {
            expected.put(room.substring(("dev.sluice." + module + ".").length()), "yes");
        }
        Arrays.stream(types)
                .filter(type -> !type.getPackageName().equals("dev.sluice." + module))
                .forEach(type -> expected.merge(
                        type.getPackageName().substring(("dev.sluice." + module + ".").length()),
                        "`" + type.getSimpleName() + "`",
                        (one, other) -> one.equals("no") ? other : one + ", " + other));

        assertThat(table(module)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"producer", "trainer", "evaluator", "deploy/broker", "deploy/local", "deploy/kubernetes"})
    void shouldNameEveryHeadingOfARationaleInItsContents(String module) throws IOException {
        String text = Files.readString(ROOT.resolve(module).resolve("RATIONALE.md"));
        String contents = text.lines()
                .filter(line -> line.startsWith("Contents: "))
                .findFirst()
                .orElse("");

        List<String> links = LINK.matcher(contents)
                .results()
                .map(link -> link.group(1) + " #" + link.group(2))
                .toList();
        assertThat(links)
                .containsExactlyElementsOf(HEADING.matcher(text)
                        .results()
                        .map(heading -> heading.group(1) + " #" + anchor(heading.group(1)))
                        .toList());
    }

    /** As GitHub makes it of a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    /** The last cell of each row of a module's table of packages, by package. */
    private static Map<String, String> table(String module) throws IOException {
        String text = Files.readString(ROOT.resolve(module).resolve("README.md"));
        int begin = text.indexOf("| package |");
        String table = text.substring(begin, text.indexOf("\n\n", begin));
        return ROW.matcher(table)
                .results()
                .collect(Collectors.toMap(
                        (MatchResult row) -> row.group(1), row -> row.group(2), (one, other) -> other, TreeMap::new));
    }
}
