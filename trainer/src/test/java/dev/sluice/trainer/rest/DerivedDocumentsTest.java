package dev.sluice.trainer.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.trainer.dictionary.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What documents say of kinds and keys follows from the descriptors. With {@code SLUICE_WRITE_DOCUMENTS=true} in the
 * environment these tests write it; else they fail where it differs, and show what there should be.
 */
class DerivedDocumentsTest {
    private static final boolean WRITES = Boolean.parseBoolean(System.getenv("SLUICE_WRITE_DOCUMENTS"));

    @Test
    void shouldHaveTheSchemasOfEveryKindInTheContract() throws IOException {
        assertDerived(
                Path.of("src/main/resources/dev/sluice/trainer/rest/openapi.yaml"),
                "DerivedDocumentsTest writes them.\n",
                "    # end of what is written",
                SchemaText.of(Kinds.ALL));
    }

    @Test
    void shouldHaveTheKeysOfEveryKindInTheReadme() throws IOException {
        assertDerived(
                Path.of("README.md"),
                "DerivedDocumentsTest writes it. -->\n",
                "<!-- end of what is written -->",
                "\n" + KeyTable.of(Kinds.ALL) + "\n");
    }

    private static void assertDerived(Path file, String before, String after, String derived) throws IOException {
        String text = Files.readString(file);
        int start = text.indexOf(before) + before.length();
        int end = text.indexOf(after, start);
        if (WRITES) {
            Files.writeString(file, text.substring(0, start) + derived + text.substring(end));
        } else {
            assertThat(text.substring(start, end))
                    .as("what is between the marks in %s; SLUICE_WRITE_DOCUMENTS=true writes it", file)
                    .isEqualTo(derived);
        }
    }
}
