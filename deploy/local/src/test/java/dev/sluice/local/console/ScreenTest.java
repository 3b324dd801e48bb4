package dev.sluice.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.contract.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final String OVERVIEW = """
            {"version": "0.1.0", "time": 1, "seq": 3, "stream": "s",
             "streams": [{"id": "s", "corpus": "sample", "hook": "blocks.3.hook_resid_post", "model": "sample",
                          "width": 128, "rows": 65536, "heldout_rows": 128, "expected_rows": 131072,
                          "complete": false, "seed": 0}],
             "progress": {"tokens": 163840, "target_tokens": 655360, "fraction": 0.25, "remaining_seconds": 74.2,
                          "done": false, "state": "running", "epoch": 2, "epochs": 5},
             "pipeline": [{"id": "model", "label": "Model", "value": 16940, "unit": "tok/s", "busy": 0.96},
                          {"id": "dictionaries", "label": "Dictionaries", "value": 12000, "unit": "tok/s"}]}
            """;
    private static final String VARIANTS = """
            {"seq": 3, "variants": [
              {"series": "topk-1024-k16", "variant": "topk-1024-k16", "kind": "topk", "stream": "s",
               "state": "training", "tokens": 163840, "fvu": 0.21, "l0": 16.0, "dead_fraction": 0.031,
               "heldout": {"fvu": 0.1987, "tokens": 131072},
               "through_model": {"ce_recovered": 0.9812, "kl": 0.05}},
              {"series": "pca-first-8", "variant": "pca", "kind": "pca", "stream": "s", "state": "failed",
               "reason": "no rows", "tokens": null, "fvu": null, "l0": null, "dead_fraction": null, "heldout": null},
              {"series": "pca-first-16", "variant": "pca", "kind": "pca", "stream": "s", "state": "failed",
               "reason": "no rows", "jobs": [{"job": "through-model", "state": "skipped", "reason": "no model: r"}]}]}
            """;

    @Test
    void shouldShowBarsRatesRemainingTimeAndEveryVariant() throws Exception {
        assertThat(new Screen(120, 40, true).draw(overview(), variants()))
                .containsExactly(
                        "  model    ▕███████████           ▏   50 %  65,536 of ≈ 131,072 tokens · 16,940 tokens/s",
                        "  training ▕█████▌                ▏   25 %  163,840 of 655,360 tokens · 1 min 14 s left"
                                + " · 12,000 tokens/s · pass 2 of 5",
                        "",
                        "  variant       held-out training      L0        CE    dead    tokens  state",
                        "                     FVU      FVU         recovered",
                        "  topk-1024-k16   0.1987   0.2100   16.00    0.9812   3.1 %   163,840  training",
                        "  pca-first-8          -        -       -         -       -         -  failed: no rows",
                        "  pca-first-16         -        -       -  no model       -         -  failed: no rows");
    }

    @Test
    void shouldShowTheRemainingTimeOnANarrowTerminalToo() throws Exception {
        assertThat(new Screen(80, 40, true).draw(overview(), variants()))
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(80))
                .anySatisfy(line -> assertThat(line).contains("1 min 14 s left"))
                .anySatisfy(line -> assertThat(line).endsWith("state"));
    }

    @Test
    void shouldDrawWithAsciiAloneWhereTheTerminalHasNoMore() throws Exception {
        String all = String.join("\n", new Screen(200, 40, false).draw(overview(), variants()));

        assertThat(all).isASCII().contains("[###########...........]", "1 min 14 s left");
    }

    @Test
    void shouldPointToThePageForWhatDoesNotFit() throws Exception {
        assertThat(new Screen(100, 8, true).draw(overview(), variants()))
                .hasSize(7)
                .last()
                .isEqualTo("  and 2 more, see the page");
    }

    @Test
    void shouldSaySoWhileNothingIsKnown() throws Exception {
        Overview empty = Json.mapper().readValue("{}", Overview.class);

        assertThat(new Screen(100, 40, true).draw(empty, new Variants(null)))
                .first()
                .asString()
                .contains("waits for the first rows");
    }

    @Test
    void shouldSayWhatATrainedVariantStillWaitsFor() throws Exception {
        Overview trained = Json.mapper().readValue("""
                        {"progress": {"tokens": 4096, "target_tokens": 4096, "remaining_seconds": 0, "done": false,
                                      "waiting_for": "final held-out score of topk"}}""", Overview.class);

        assertThat(new Screen(200, 40, true).line(trained, new Variants(null)))
                .contains("100 %  4,096 of 4,096 tokens · waits for the final held-out score of topk");
    }

    @Test
    void shouldNameEachFailedVariantOnce() throws Exception {
        assertThat(variants().failures()).containsExactly("variant pca failed: no rows");
    }

    @Test
    void shouldRedrawInPlaceOnATerminal() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = terminal(bytes, true, new AtomicLong());
        terminal.show(overview(), variants());
        bytes.reset();

        terminal.show(overview(), variants());

        assertThat(bytes.toString(StandardCharsets.UTF_8)).startsWith("\033[A\r\033[2K".repeat(8) + "  model");
    }

    @Test
    void shouldKeepMessagesAboveWhatIsRedrawn() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = terminal(bytes, true, new AtomicLong());
        terminal.show(overview(), variants());
        bytes.reset();

        terminal.say("sluice: variant pca failed");

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("sluice: variant pca failed" + System.lineSeparator() + "  model");
    }

    @Test
    void shouldPrintAPlainLineEveryFewSecondsWhereThereIsNoTerminal() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AtomicLong clock = new AtomicLong();
        Terminal terminal = terminal(bytes, false, clock);

        terminal.show(overview(), variants());
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        terminal.show(overview(), variants());
        clock.addAndGet(TimeUnit.SECONDS.toNanos(5));
        terminal.show(overview(), variants());

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .isEqualTo("  model 65,536 tokens · 16,940 tokens/s · training 25 %  163,840 of 655,360 tokens"
                                + " · 1 min 14 s left · 12,000 tokens/s · pass 2 of 5"
                                + " · 0 of 3 series finished"));
    }

    private static Terminal terminal(ByteArrayOutputStream bytes, boolean live, AtomicLong clock) {
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        return new Terminal(out, new Screen(200, 40, true), live, clock::get);
    }

    private static Overview overview() throws Exception {
        return Json.mapper().readValue(OVERVIEW, Overview.class);
    }

    private static Variants variants() throws Exception {
        return Json.mapper().readValue(VARIANTS, Variants.class);
    }
}
