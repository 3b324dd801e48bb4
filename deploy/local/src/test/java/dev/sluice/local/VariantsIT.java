package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Variants are added and changed beside a run that is up: by commands, and by the page's form in a real browser. */
final class VariantsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path PICTURES = Path.of("target", "page");

    @TempDir
    private static Path folder;

    private static ChildRun run;
    private static @Nullable Browser opened;

    @BeforeAll
    static void start() throws IOException {
        Path variants =
                Files.writeString(folder.resolve("first.yaml"), "{id: first, dictionary: {kind: kmeans, latents: 64}}");
        run = ChildRun.start(
                folder,
                "--http-port",
                "0",
                "--kafka-port",
                "0",
                "--tokens",
                "4000",
                "--epochs",
                "2",
                "--variants",
                variants.toString());
        await().atMost(PATIENCE).until(() -> variant("list").out().contains("first"));
    }

    @AfterAll
    static void stop() {
        if (opened != null) {
            opened.close();
        }
        run.close();
    }

    @Test
    void shouldAddShowChangeAndDeleteAVariant() throws Exception {
        Path file = file("two.yaml", """
                variants:
                  - {id: cmd-a, dictionary: {kind: topk, latents: 128, k: 4}}
                  - {id: cmd-b, dictionary: {kind: pca, fixed: [2], per-token: [2]}}
                """);

        assertThat(variant("add", file.toString()).out())
                .contains("cmd-a added: 33,024 parameters, 396 kB with moments", "cmd-b added: ");
        assertThat(variant("add", file.toString()).out()).contains("cmd-a is there already");
        assertThat(variant("list").out()).startsWith("VARIANT").contains("cmd-a", "cmd-b", "first");
        assertThat(variant("get", "cmd-a").out()).contains("spec.dictionary.aux-normalisation: saelens");
        assertThat(variant("replay", "cmd-b", "--from", "row 100").out())
                .startsWith("cmd-b is to run, generation 1, from row 100");
        JsonNode replayed =
                new ObjectMapper().readTree(variant("get", "cmd-b", "--json").out());
        assertThat(replayed.path("generation").asInt()).isEqualTo(1);
        assertThat(variant("delete", "cmd-b")).isEqualTo(new Answer(0, "cmd-b deleted" + System.lineSeparator(), ""));
        Answer gone = variant("get", "cmd-b");
        assertThat(gone.exit()).isEqualTo(1);
        assertThat(gone.err()).startsWith("sluice: there is no variant cmd-b");
    }

    @Test
    void shouldAddNothingOfAFileOfWhichAnythingIsWrong() throws Exception {
        Path file = file("wrong.yaml", """
                variants:
                  - {id: good, dictionary: {kind: topk}}
                  - {id: bad, dictionary: {kind: topk, latents: 0, kay: 3}, training: {warm-up: 7}}
                """);

        Answer answer = variant("add", file.toString());

        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.err())
                .contains("3 problems", "variants[1].dictionary.latents must be", "variants[1].dictionary.kay is not")
                .contains("variants[1].training.warm-up must be a number from 0.0 to 1.0, got 7");
        assertThat(variant("list").out()).doesNotContain("good");
    }

    @Test
    void shouldSayWhereNothingRuns() {
        Answer absent = Answer.to(
                "variant", "list", "--data-dir", folder.resolve("other").toString());
        Answer silent = Answer.to("variant", "list", "--url", "http://127.0.0.1:1");
        Answer missing = variant("add", "no-such.yaml");

        assertThat(absent.exit()).isEqualTo(1);
        assertThat(absent.err()).contains("nothing runs on the data dir " + folder.resolve("other"), "--data-dir");
        assertThat(silent.exit()).isEqualTo(1);
        assertThat(silent.err()).contains("nothing answers at http://127.0.0.1:1/");
        assertThat(missing.exit()).isEqualTo(2);
        assertThat(missing.err()).startsWith("sluice: FILE must be an existing file, got no-such.yaml");
    }

    @Test
    void shouldAddAVariantByTheFormOfThePage() {
        Browser browser = browserAtTheForm();
        browser.type("#field-latents", "99999999999");
        await().atMost(PATIENCE).until(() -> browser.isShown("#error-latents"));
        assertThat(browser.text("#error-latents")).contains("must be a whole number of at least 1");
        assertThat(browser.attribute("#add-submit", "disabled")).isEqualTo("true");

        browser.click("#mode-yaml");
        browser.click("#mode-form");
        browser.replace("#field-latents", "96");
        browser.replace("#field-id", "by-form");
        await().atMost(PATIENCE).until(() -> browser.text("#cost-parameters").equals("24.8k"));
        assertThat(browser.isShown("#error-latents")).isFalse();
        browser.screenshot(PICTURES.resolve("add.png"));
        browser.click("#add-submit");

        await().atMost(PATIENCE).until(() -> browser.texts("#rows button.name").contains("by-form"));
        assertThat(browser.text("#notice")).contains("by-form is added");
        assertThat(browser.isShown("#add-dialog")).isFalse();
        browser.click("button.manage[data-variant=by-form]");
        await().atMost(PATIENCE).until(() -> browser.text("#manage-generation").equals("0, from earliest"));
        browser.click("#ask-delete");
        assertThat(browser.attribute("#do-delete", "disabled")).isEqualTo("true");
        browser.type("#delete-name", "by-form");
        browser.click("#do-delete");
        await().atMost(PATIENCE).until(() -> browser.text("#notice").contains("by-form is deleted"));
        assertThat(variant("get", "by-form").exit()).isEqualTo(1);
        assertThat(browser.consoleErrors()).as("console errors").isEmpty();
        assertThat(browser.policyBreaches()).as("content security policy").isEmpty();
    }

    @Test
    void shouldOfferEachKindWithTheFieldsThatMatterForIt() {
        Browser browser = browserAtTheForm();
        browser.click(".kind.family-jump-relu");
        assertThat(browser.isShown("#field-k")).isFalse();
        browser.replace("#field-latents", "96");
        browser.replace("#field-l0-coefficient", "0.5");
        await().atMost(PATIENCE).until(() -> browser.text("#cost-parameters").equals("24.9k"));
        browser.click("#add-submit");

        await().atMost(PATIENCE).until(() -> browser.texts("#rows button.name").contains("jump-relu-96-c0-5"));
        assertThat(variant("get", "jump-relu-96-c0-5").out()).contains("spec.dictionary.l0-coefficient: 0.5");
        browser.click("#add");
        await().atMost(PATIENCE).until(() -> browser.isShown("#field-latents"));
        browser.click(".kind.family-token-mean");
        assertThat(browser.isShown("#field-l0-coefficient")).isFalse();
        assertThat(browser.isShown("#field-learning-rate")).isFalse();
        await().atMost(PATIENCE)
                .until(() -> browser.attribute("#field-latents", "placeholder").equals("50304"));
        assertThat(browser.consoleErrors()).as("console errors").isEmpty();
        assertThat(browser.policyBreaches()).as("content security policy").isEmpty();
    }

    private static Browser browserAtTheForm() {
        Browser.assumeInstalled();
        Browser browser = Objects.requireNonNullElseGet(opened, Browser::open);
        opened = browser;
        browser.forget(1280, 900);
        browser.visit(run.page());
        await().atMost(PATIENCE)
                .until(() -> browser.attribute("#add", "disabled").isEmpty());
        browser.click("#add");
        await().atMost(PATIENCE).until(() -> browser.isShown("#field-latents"));
        return browser;
    }

    private static Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Answer variant(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "variant";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--data-dir";
        all[all.length - 1] = folder.resolve(".sluice").toString();
        return Answer.to(all);
    }
}
