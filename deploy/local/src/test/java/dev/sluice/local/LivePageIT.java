package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.Shown.Width;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * Looks at the page of a run with a real browser: of a short one, or of {@code -Dsluice.page=http://127.0.0.1:PORT/},
 * which must be training.
 */
final class LivePageIT {
    private static final String PAGE = "sluice.page";
    private static final String FVU = "#chart-fvu";
    private static final String CANVAS = FVU + " canvas";
    private static final Path PICTURES = Path.of("target", "page");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private static Path folder;

    private static @Nullable ChildRun run;
    private static @Nullable Browser opened;

    private Browser browser;

    @BeforeAll
    static void start() throws IOException {
        Browser.assumeInstalled();
        opened = Browser.open();
        if (System.getProperty(PAGE, "").isEmpty()) {
            Path variants = Files.writeString(folder.resolve("grid.yaml"), """
                    variants:
                      - {id: topk, dictionary: {kind: topk, latents: 128, k: [4, 8, 16]}}
                      - {id: l1, dictionary: {kind: standard, latents: 128}}
                      - {id: kmeans, dictionary: {kind: kmeans, latents: 64}}
                      - {id: pca, dictionary: {kind: pca}}
                    """);
            run = ChildRun.start(
                    folder,
                    "--http-port",
                    "0",
                    "--kafka-port",
                    "0",
                    "--tokens",
                    "10000",
                    "--epochs",
                    "2",
                    "--variants",
                    variants.toString());
        }
    }

    @AfterAll
    static void stop() {
        if (opened != null) {
            opened.close();
        }
        if (run != null) {
            run.close();
        }
    }

    @BeforeEach
    void open() {
        URI page = run == null ? URI.create(System.getProperty(PAGE, "")) : run.page();
        browser = Objects.requireNonNull(opened);
        browser.forget(1440, 1650);
        await("the page answers").atMost(PATIENCE).ignoreExceptions().until(() -> {
            browser.visit(page);
            return true;
        });
        await().atMost(PATIENCE).until(() -> points() > 0);
    }

    @Test
    void shouldShowCurvesThatMoveWithoutConsoleErrors() throws IOException {
        long before = points();
        trainMore();
        await().atMost(PATIENCE).until(() -> points() > before);
        await().atMost(PATIENCE).until(() -> browser.colouredPixels(CANVAS) > 500);

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(browser.text("#freshness")).isIn("live", "finished");
            assertThat(browser.texts("#pipeline .node")).hasSize(5);
            assertThat(browser.texts("#rows button.name")).isNotEmpty();
        });
        browser.screenshot(PICTURES.resolve("light.png"));
        browser.prefer("dark");
        browser.screenshot(PICTURES.resolve("dark.png"));
        assertNoComplaint();
    }

    @Test
    void shouldKeepTheChoicesInTheAddress() {
        String variant = browser.text("#rows button.name");
        browser.click("#rows button.name");
        browser.click("#switch-log");
        browser.click("#switch-time");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.address()).contains("sel=", "scale=linear", "x=time"));
        String link = browser.address();

        browser.leave();
        browser.visit(URI.create(link));
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(browser.texts("#rows tr.chosen button.name")).isEqualTo(List.of(variant));
            assertThat(browser.attribute("#switch-log", "aria-pressed")).isEqualTo("false");
        });
        assertNoComplaint();
    }

    @Test
    void shouldFilterTheVariantsByWords() {
        String variant = browser.text("#rows button.name");
        browser.type("#filter", variant);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.texts("#rows button.name"))
                        .isNotEmpty()
                        .allMatch(name -> name.contains(variant)));
        browser.type("#filter", " no such word");
        await().atMost(PATIENCE).until(() -> browser.isShown("#no-match"));
        assertNoComplaint();
    }

    @Test
    void shouldShowTheFiguresOfTheBestMemberOfAGroup() {
        assumeGroup();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(browser.texts("tr.member .tag:not([hidden])")).containsExactly("best");
            assertThat(browser.text("tr.group td.col-mse"))
                    .matches("0\\.\\d+|\\d+\\.\\d+")
                    .isEqualTo(browser.text("tr.member:has(.tag:not([hidden])) td.col-mse"));
        });
        await().atMost(PATIENCE)
                .until(() ->
                        browser.attribute("#pareto [data-joins=topk]", "points").contains(" "));
        assertNoComplaint();
    }

    @Test
    void shouldFoldTheMembersOfAGroup() {
        assumeGroup();
        int members = browser.texts("tr.member").size();
        browser.click("tr.group button.fold");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(browser.isShown("tr.member")).isFalse();
            assertThat(browser.attribute("tr.group button.fold", "aria-expanded"))
                    .isEqualTo("false");
            assertThat(browser.address()).contains("fold=topk");
        });
        String link = browser.address();

        browser.leave();
        browser.visit(URI.create(link));
        await().atMost(PATIENCE).until(() -> browser.isShown("tr.group"));
        assertThat(browser.isShown("tr.member")).isFalse();
        browser.press("tr.group button.fold", Keys.ARROW_RIGHT);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.texts("tr.member")).hasSize(members));
        await().atMost(PATIENCE).until(() -> !browser.address().contains("fold="));
        assertNoComplaint();
    }

    @Test
    void shouldHideAndFindTheMembersOfAGroupByItsRow() {
        assumeGroup();
        int members = browser.texts("tr.member").size();
        browser.click("tr.group button.show");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.texts("tr.member.off")).hasSize(members));
        await().atMost(PATIENCE)
                .until(() -> browser.attribute("tr.group button.show", "aria-pressed")
                        .equals("false"));
        browser.click("tr.member button.show");
        await().atMost(PATIENCE)
                .until(() -> browser.attribute("tr.group button.show", "aria-pressed")
                        .equals("mixed"));
        browser.click("#show-all");
        browser.type("#filter", browser.attribute("tr.group", "data-group"));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(browser.texts("#rows button.name")).hasSize(members));
        browser.screenshot(PICTURES.resolve("group.png"));
        assertNoComplaint();
    }

    @Test
    void shouldShowEveryMetricOfTheTableWhenAsked() {
        List<String> labels = MetricTable.standard().metrics().stream()
                .map(metric -> metric.shown().label())
                .toList();
        List<String> further = MetricTable.standard().beyond(Width.PAGE).stream()
                .map(metric -> metric.shown().label())
                .toList();
        assertThat(browser.texts("#heads th")).doesNotContainAnyElementsOf(further);

        browser.click("#switch-metrics");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.texts("#heads th")).containsAll(labels));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.texts("#rows td.col-cosine"))
                        .anyMatch(text -> text.matches("0\\.\\d+|1\\.000")));
        assertThat(browser.address()).contains("metrics=all");
        browser.screenshot(PICTURES.resolve("metrics.png"));
        assertNoComplaint();
    }

    @Test
    void shouldFitAPhone() {
        browser.resize(390, 844);
        await().atMost(PATIENCE).until(() -> browser.sidewaysScroll() == 0);
        browser.screenshot(PICTURES.resolve("phone.png"));
        assertNoComplaint();
    }

    /** Another variant beside the others, which may have finished before the browser came. */
    private static void trainMore() throws IOException {
        if (run != null) {
            Path later = Files.writeString(
                    folder.resolve("later.yaml"), "{id: later, dictionary: {kind: kmeans, latents: 32}}");
            Answer answer = Answer.to(
                    "variant", "add", later.toString(), "--url", run.page().toString());
            assertThat(answer.exit()).as(answer.err()).isZero();
        }
    }

    /** A page that was named may have none. */
    private void assumeGroup() {
        if (run == null) {
            await().atMost(PATIENCE).until(() -> browser.isShown("#rows tr"));
            assumeTrue(browser.isShown("tr.group"), "the run has no group");
        } else {
            await().atMost(PATIENCE).until(() -> browser.texts("tr.member").size() == 3);
        }
    }

    private long points() {
        String points = browser.attribute(FVU, "data-points");
        return points.isEmpty() ? 0 : Long.parseLong(points);
    }

    private void assertNoComplaint() {
        assertThat(browser.consoleErrors()).as("console errors").isEmpty();
        assertThat(browser.policyBreaches()).as("content security policy").isEmpty();
    }
}
