package dev.sluice.evaluator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.evaluator.page.Facts;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.CheckpointManifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullUnmarked // neither the engine nor the log is asked for anything
class WorkplaceTest {
    private static final CheckpointManifest CHECKPOINT = Facts.manifest(Facts.topk("a"), 1024, true);

    @Test
    void shouldPutAJobOffWhileTheTopicsCannotBeReadToTheirEnds() {
        CompletableFuture<@Nullable Void> silent =
                new CompletableFuture<@Nullable Void>().orTimeout(1, TimeUnit.MILLISECONDS);

        try (Workplace place = place(silent)) {
            assertThatThrownBy(() -> place.isStillNewest(CHECKPOINT))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining("cannot be read to their ends");
        }
    }

    @Test
    void shouldNotTakeACheckpointForTheNewestThatTheTopicsDoNotHave() throws Exception {
        try (Workplace place = place(CompletableFuture.completedFuture(null))) {
            assertThat(place.isStillNewest(CHECKPOINT)).isFalse();
        }
    }

    private static Workplace place(CompletableFuture<@Nullable Void> caughtUp) {
        JobSettings settings =
                new JobSettings(new KafkaConnection("nowhere:1"), "group", Path.of("checkpoints"), null, null, 1);
        return new Workplace(
                settings,
                new JobBoard(List.of(new CountingJob("a", any -> {})), 1),
                null,
                new Recorder(),
                new Health(System::nanoTime).loop("jobs", Duration.ofMinutes(1)),
                () -> caughtUp);
    }
}
