package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command = Main.commandLine();

    @BeforeEach
    void capture() {
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        redirect(command);
    }

    private void redirect(CommandLine parent) {
        parent.getSubcommands().values().forEach(sub -> {
            sub.setOut(command.getOut());
            sub.setErr(command.getErr());
            redirect(sub);
        });
    }

    @Test
    void shouldExplainEveryOptionInItsHelp() {
        int exit = command.execute("--help");

        assertThat(exit).isZero();
        assertThat(command.getCommandSpec().options())
                .allSatisfy(option -> assertThat(out.toString()).contains(option.longestName()));
        assertThat(out.toString())
                .contains("Default: sample", "Default: the middle layer's resid_post", "checkpoint", "completion");
    }

    @Test
    void shouldSayUsageOnce() {
        command.execute("--help");

        assertThat(out.toString())
                .startsWith("Usage: deploy/local/run [--model")
                .containsOnlyOnce("Usage:");
        assertThat(out.toString().lines().takeWhile(line -> !line.isBlank()).skip(1))
                .as("no line of it is wrapped")
                .allMatch(line -> line.startsWith("       "));
    }

    @Test
    void shouldKeepItsHelpWithinTheWidthOfATerminal() {
        command.execute("--help");

        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
    }

    @Test
    void shouldPrintItsVersion() {
        assertThat(command.execute("--version")).isZero();
        assertThat(out.toString()).startsWith("Sluice ").contains("Java ");
    }

    @Test
    void shouldPrintACompletionScriptWithEveryOption() {
        assertThat(command.execute("completion")).isZero();
        assertThat(out.toString()).contains("complete -F", "--exit-when-done", "--kafka-port", "checkpoint");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tokens 0                      | --tokens must be at least 1, got 0",
                "--tokens many                   | Invalid value for option '--tokens': 'many' is not a long",
                "--epochs -1                     | --epochs must be 1 to 1000000, got -1",
                "--hook blocks.3.mlp             | --hook must be blocks.<layer>.hook_",
                "--hook blocks.1.hook_mlp_out --hook blocks.1.hook_mlp_out | --hook must be given once",
                "--http-port 70000               | --http-port must be 0 to 65535, got 70000",
                "--kafka-port -1                 | --kafka-port must be 0 to 65535, got -1",
                "--http-port 5000 --kafka-port 5000 | --kafka-port must be not the page's port, got 5000",
                "--model no-such-folder          | --model must be 'sample', an existing folder or a name on the hub, ORG/NAME",
                "--model org/name@../x           | --model must be 'sample', an existing folder or a name on the hub",
                "--corpus no-such-file.jsonl     | --corpus must be 'sample', an existing file or folder or a name",
                "--synthetic no-such            | --synthetic must be an existing file or one of known-features, recovery",
                "--synthetic recovery --hook blocks.1.hook_mlp_out | --synthetic must be given without --model, --corpus and",
                "--variants no-such.yaml         | --variants must be an existing file, got no-such.yaml",
                "--report no-such-folder/r.json  | --report must be in a folder that exists",
                "--report r.html                 | --report must be a file that ends in .json, got r.html",
                "--tracking-dir pom.xml          | --tracking-dir must be a folder, or absent, got pom.xml",
                "--exit-when-doen                | Unknown option: '--exit-when-doen'",
                "--seed                          | Missing required parameter for option '--seed' (N)",
                "report --html no-folder/r.html   | --html must be a file in a folder that exists, got no-folder/r.html",
                "top --screen bars               | --screen must be one of variants, curves, results, got bars",
                "variant                         | Missing required subcommand: add, list, get, pause, resume,",
                "variant get                     | Missing required parameter: 'ID'",
                "variant list --url              | Missing required parameter for option '--url' (URL)",
                "checkpoint                      | Missing required parameter: 'DIR-OR-FILE'",
            })
    void shouldRefuseWrongInputWithOneClearMessage(String arguments, String message) {
        int exit = command.execute(arguments.split(" "));

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).startsWith("sluice: " + message).contains("--help explains the options");
        assertThat(err.toString().lines().count()).isLessThanOrEqualTo(3);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldSuggestTheOptionThatWasMeant() {
        command.execute("--exit-when-doen");

        assertThat(err.toString()).contains("--exit-when-done");
    }

    @Test
    void shouldRefuseAVariantFileBeforeAnythingStarts() throws Exception {
        Path file =
                Files.writeString(folder.resolve("v.yaml"), "{id: a, dictionary: {kind: topk, latents: 16, k: 17}}");
        Path data = folder.resolve("data");

        int exit = command.execute("--variants", file.toString(), "--data-dir", data.toString());

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("sluice: " + file + ": 1 problem")
                .contains("variants[0].dictionary.k must be at most dictionary.latents 16, got 17");
        assertThat(out.toString()).isEmpty();
        assertThat(data).doesNotExist();
    }

    @Test
    void shouldSayWhereAVariantFileIsNoYaml() throws Exception {
        Path file = Files.writeString(folder.resolve("v.yaml"), "variants: [a");

        assertThat(command.execute("--variants", file.toString())).isEqualTo(2);
        assertThat(err.toString().lines().findFirst())
                .hasValue("sluice: " + file
                        + ": cannot be read as YAML or JSON at line 1, column 13: the list that begins"
                        + " at line 1, column 11 must go on with ',' or end with ']'");
    }

    @Test
    void shouldRefuseADataDirThatIsAFile() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(command.execute("--data-dir", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--data-dir must be a folder, or absent, got " + file);
    }
}
