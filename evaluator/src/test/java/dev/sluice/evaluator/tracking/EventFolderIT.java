package dev.sluice.evaluator.tracking;

import static dev.sluice.trainer.contract.Measurement.HELDOUT;
import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static dev.sluice.trainer.contract.Measurement.SEEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.page.Facts;
import dev.sluice.evaluator.tracking.EventReader.Read;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFolderIT {
    private static final String NAME = "events.out.tfevents.0000000001.sluice";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void shouldChecksumAsTheStandardSays() {
        assertThat(EventReader.crc("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(0xE3069283);
    }

    @Test
    void shouldWriteAVersionAndAnEventForEachWindowWithTokensAsSteps() throws Exception {
        write(window(PREQUENTIAL, 16_384, 0.5, 1500), window(SEEN, 32_768, 0.25, 2500));

        List<Read> events = EventReader.read(folder.resolve("topk").resolve(NAME));

        assertThat(events).extracting(Read::version).containsExactly("brain.Event:2", "", "");
        assertThat(events).extracting(Read::wallTime).containsExactly(1.5, 1.5, 2.5);
        assertThat(events).extracting(Read::step).containsExactly(0L, 16_384L, 32_768L);
        assertThat(events.get(1).scalars())
                .containsEntry("prequential/fvu", 0.5f)
                .containsEntry("prequential/l0", 16f)
                .containsEntry("prequential/mse", 3f)
                .containsEntry("prequential/dead_fraction", 0.25f)
                .containsEntry("prequential/dead_fraction_long", 0.125f)
                .hasSize(2 + MetricTable.standard().metrics().size());
        assertThat(events.get(2).scalars()).containsEntry("seen/fvu", 0.25f);
    }

    @Test
    void shouldEndTheHeldOutCurveWithTheFinalScoreAndKeepThatUnderANameOfItsOwnToo() throws Exception {
        write(score(10_000, false, 0.5, 1000), score(20_000, true, 0.25, 2000));

        List<Read> events = EventReader.read(folder.resolve("topk").resolve(NAME));

        assertThat(events.stream()
                        .flatMap(event -> Stream.ofNullable(event.scalars().get("heldout/fvu"))))
                .containsExactly(0.5f, 0.25f);
        assertThat(events.stream()
                        .flatMap(event -> Stream.ofNullable(event.scalars().get("final/fvu"))))
                .containsExactly(0.25f);
    }

    @Test
    void shouldShowHowOftenLatentsFireAsAHistogram() throws Exception {
        write(score(10_000, false, 0.5, 1000));

        assertThat(EventReader.read(folder.resolve("topk").resolve(NAME)).get(1).buckets())
                .hasEntrySatisfying("heldout/firing_rate", buckets -> {
                    assertThat(buckets).hasSize(15);
                    assertThat(buckets.get(0)).isEqualTo(100); // silent
                    assertThat(buckets.get(9)).isEqualTo(923); // on 2 of 1000 rows
                    assertThat(buckets.get(12)).isEqualTo(1);
                });
    }

    @Test
    void shouldWriteNothingTwiceAfterARestartAndCutOffWhatAKillHasTorn() throws Exception {
        RollingMetrics[] all = {
            window(PREQUENTIAL, 16_384, 0.5, 1000),
            window(PREQUENTIAL, 32_768, 0.4, 2000),
            score(40_000, true, 0.3, 3000)
        };
        write(all);
        Path file = folder.resolve("topk").resolve(NAME);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 7));

        write(all);
        write(all);

        assertThat(file).hasBinaryContent(whole);
    }

    @Test
    void shouldKeepTheFirstScoreOfAMarkThatTurnedOutToBeTheLast() throws Exception {
        write(score(10_000, false, 0.5, 1000), score(10_000, true, 0.4, 2000));
        write(score(10_000, true, 0.4, 2000));

        List<Read> events = EventReader.read(folder.resolve("topk").resolve(NAME));

        assertThat(events).hasSize(3).noneMatch(Read::start);
        assertThat(events.get(1).scalars()).containsEntry("heldout/fvu", 0.5f);
        assertThat(events.get(2).scalars()).containsEntry("final/fvu", 0.4f);
    }

    @Test
    void shouldBeginAnewWhenAnotherTrainingHasTheSameName() throws Exception {
        write(window(PREQUENTIAL, 16_384, 0.5, 1000), window(PREQUENTIAL, 32_768, 0.4, 2000));
        write(window(PREQUENTIAL, 16_384, 0.9, 9000));
        write(window(PREQUENTIAL, 16_384, 0.9, 9000), window(PREQUENTIAL, 32_768, 0.8, 9500));

        List<Read> events = EventReader.read(folder.resolve("topk").resolve(NAME));

        assertThat(events).extracting(Read::start).containsExactly(false, false, false, true, false, false);
        assertThat(events.get(4).scalars()).containsEntry("prequential/fvu", 0.9f);
        assertThat(events.get(5).scalars()).containsEntry("prequential/fvu", 0.8f);
    }

    @Test
    void shouldGiveEachViewAFolderWithinThatOfItsVariant() throws Exception {
        write(
                Facts.metrics("pca", "first-8", "pca", HELDOUT, 10, 10, true, 0.5),
                Facts.metrics("pca", "per-token-8", "pca", HELDOUT, 10, 10, true, 0.5));

        assertThat(folder.resolve("pca/first-8").resolve(NAME)).exists();
        assertThat(folder.resolve("pca/per-token-8").resolve(NAME)).exists();
    }

    @Test
    void shouldGiveAReplayAFolderOfItsOwn() throws Exception {
        RollingMetrics first = window(PREQUENTIAL, 16_384, 0.5, 1000);
        RollingMetrics.Series of = first.of();
        write(
                first,
                new RollingMetrics(
                        first.version(),
                        new RollingMetrics.Series(of.variant(), of.view(), 1, of.stream(), of.kind(), of.latents()),
                        first.span(),
                        first.figures(),
                        first.atMillis()));

        assertThat(folder.resolve("topk").resolve(NAME)).exists();
        assertThat(folder.resolve("topk/generation-1").resolve(NAME)).exists();
    }

    @Test
    void shouldWriteNothingWhileAWindowIsOpen() throws Exception {
        write(Facts.metrics("topk", "", "topk", PREQUENTIAL, 16_384, 100, true, false, 0.5, 1000));

        assertThat(folder.resolve("topk")).doesNotExist();
    }

    @Test
    void shouldRefuseAFolderThatAnotherWritesTo() throws Exception {
        try (EventFolder first = EventFolder.open(folder)) {
            assertThatThrownBy(() -> EventFolder.open(folder))
                    .isInstanceOf(TrackingException.class)
                    .hasMessage("tracking.dir must be a folder that no other process writes to, got " + first.name());
        }
    }

    @Test
    void shouldRefuseAFileThatItHasNotWritten() throws Exception {
        Files.createDirectories(folder.resolve("topk"));
        Files.write(
                folder.resolve("topk").resolve(NAME),
                EventRecord.framed("\t no event".getBytes(StandardCharsets.US_ASCII)));

        assertThatThrownBy(() -> write(window(PREQUENTIAL, 16_384, 0.5, 1000)))
                .isInstanceOf(TrackingException.class)
                .hasMessageContaining("must be an event file of Sluice");
    }

    private void write(RollingMetrics... metrics) throws IOException {
        try (EventFolder sink = EventFolder.open(folder)) {
            sink.write(Stream.of(metrics)
                    .flatMap(each -> TrackedPoint.of(each, MetricTable.standard()).stream())
                    .sorted(TrackedPoint.ORDER)
                    .toList());
        }
    }

    private static RollingMetrics window(String split, long end, double fvu, long atMillis) {
        return Facts.metrics("topk", "", "topk", split, end, end, false, false, fvu, atMillis);
    }

    private static RollingMetrics score(long tokens, boolean last, double fvu, long atMillis) {
        return Facts.metrics("topk", "", "topk", HELDOUT, tokens, tokens, false, last, fvu, atMillis);
    }
}
