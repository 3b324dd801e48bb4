package dev.sluice.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A real browser without a screen: Debian's Chromium by its own driver. It talks to nobody but the page, and remembers
 * every console message and every breach of the page's content security policy. Whatever asks for an element waits until
 * the page has it, and asks again if the page redraws it meanwhile.
 */
final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    /** Runs in every document before its own scripts. */
    private static final String WATCH_POLICY = """
            window.policyBreaches = [];
            addEventListener("securitypolicyviolation", (e) => policyBreaches.push(e.violatedDirective + " " + e.blockedURI));
            """;

    private static final String COLOURED_PIXELS = """
            const canvas = document.querySelector(arguments[0]);
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let coloured = 0;
            for (let i = 0; i < data.length; i += 4) {
              const spread = Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]);
              if (data[i + 3] > 128 && spread > 60) coloured++;
            }
            return coloured;
            """;

    /** Selenium warns of the newer DevTools protocol at each start; nothing here speaks it. Held, or it is collected. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final URI NOWHERE = URI.create("about:blank");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Skips the calling test, saying why, on a machine without Chromium or its driver. */
    static void assumeInstalled() {
        for (Path program : List.of(CHROMIUM, DRIVER)) {
            assumeTrue(
                    Files.isExecutable(program),
                    () -> "no browser test: " + program + " is missing (Debian packages chromium, chromium-driver)");
        }
    }

    /** Starting one takes seconds: a test class opens one, and each of its tests forgets what the one before did. */
    static Browser open() {
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.setCapability("goog:loggingPrefs", logs);
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options));
        browser.driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH_POLICY));
        return browser;
    }

    /**
     * As just started: no page, no messages, no size of a phone, no preferred colours. A page that keeps choices keeps
     * them in its address.
     *
     * @param width of the window in CSS pixels
     */
    void forget(int width, int height) {
        leave();
        resize(width, height);
        prefer("light");
        List<String> unused = consoleErrors();
    }

    void visit(URI address) {
        driver.get(address.toString());
    }

    /** A link that is opened next loads the page anew, also where only its fragment differs. */
    void leave() {
        visit(NOWHERE);
    }

    /** Phones are narrower than Chromium's smallest window, so the page's own size is set, not the window's. */
    void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(Math.max(width, 500), height));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    /** @param scheme {@code dark} or {@code light}, what the system is said to prefer */
    void prefer(String scheme) {
        Map<String, String> feature = Map.of("name", "prefers-color-scheme", "value", scheme);
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    String text(String css) {
        return of(css, WebElement::getText);
    }

    boolean isShown(String css) {
        return all(css, elements -> elements.stream().anyMatch(WebElement::isDisplayed));
    }

    List<String> texts(String css) {
        return all(css, elements -> elements.stream().map(WebElement::getText).toList());
    }

    /** @return the attribute's value, empty if it is absent */
    String attribute(String css, String name) {
        return of(css, element -> Objects.requireNonNullElse(element.getDomAttribute(name), ""));
    }

    void click(String css) {
        act(css, WebElement::click);
    }

    void type(String css, String text) {
        act(css, element -> element.sendKeys(text));
    }

    /** A key while the element has the focus. */
    void press(String css, Keys key) {
        act(css, element -> element.sendKeys(key));
    }

    /** Types over what is there as a person does, without leaving the field: the page may fill one that is left empty. */
    void replace(String css, String text) {
        act(css, element -> element.sendKeys(Keys.chord(Keys.CONTROL, "a"), text));
    }

    String address() {
        return Objects.requireNonNull(driver.getCurrentUrl());
    }

    /** Pixels of a canvas in a colour that is not grey: what is drawn of the curves. */
    long colouredPixels(String canvas) {
        return number(COLOURED_PIXELS, canvas);
    }

    /** How many CSS pixels the page is wider than its window: 0 unless one must scroll sideways. */
    long sidewaysScroll() {
        return number("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    }

    /** Messages of level SEVERE since the last call: script errors, failed requests, refused resources. */
    List<String> consoleErrors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** What the content security policy refused in the present document, one per line; empty if nothing. */
    String policyBreaches() {
        return String.valueOf(driver.executeScript("return policyBreaches.join('\\n')"));
    }

    void screenshot(Path file) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the screenshot " + file, e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }

    private void act(String css, Consumer<WebElement> action) {
        of(css, element -> {
            action.accept(element);
            return true;
        });
    }

    private <T> T of(String css, Function<WebElement, T> question) {
        return patiently(css, () -> question.apply(driver.findElement(By.cssSelector(css))));
    }

    /** Of those that are there now, be they none. */
    private <T> T all(String css, Function<List<WebElement>, T> question) {
        return patiently(css, () -> question.apply(driver.findElements(By.cssSelector(css))));
    }

    /** None of these exceptions comes after an action has been done. */
    private static <T> T patiently(String css, Callable<T> question) {
        return await(css)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInSameThread()
                .ignoreExceptionsMatching(e -> e instanceof NoSuchElementException
                        || e instanceof StaleElementReferenceException
                        || e instanceof ElementNotInteractableException)
                .until(question, answer -> true);
    }

    private long number(String script, Object... arguments) {
        return ((Number) Objects.requireNonNull(driver.executeScript(script, arguments))).longValue();
    }
}
