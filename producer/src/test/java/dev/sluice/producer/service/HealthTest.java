package dev.sluice.producer.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final Health health = new Health(nanos::get);

    @Test
    void shouldLiveAsLongAsEveryLoopTicks() {
        Health.Loop fast = health.loop("fast", Duration.ofSeconds(2));
        Health.Loop slow = health.loop("slow", Duration.ofSeconds(60));

        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(health.notLive()).containsExactly("fast has not ticked for 3 s, the limit is 2 s");

        fast.tick();
        assertThat(health.notLive()).isEmpty();

        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        fast.close();
        assertThat(health.notLive()).containsExactly("slow has not ticked for 64 s, the limit is 60 s");
        slow.close();
        assertThat(health.notLive()).isEmpty();
    }

    @Test
    void shouldBeStartedWhenEveryPartIsAndReadyWhileEveryPartIs() {
        Health.Part producer = health.part("producer");
        Health.Part trainer = health.part("trainer");
        producer.started();
        assertThat(health.notStarted()).containsExactly("trainer has not started");
        assertThat(health.notReady()).containsExactly("trainer is not ready");

        trainer.started();
        assertThat(health.notStarted()).isEmpty();
        assertThat(health.notReady()).isEmpty();

        producer.ready(false);
        assertThat(health.notStarted()).isEmpty();
        assertThat(health.notReady()).containsExactly("producer is not ready");
    }
}
