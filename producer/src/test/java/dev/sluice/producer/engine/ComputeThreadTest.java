package dev.sluice.producer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ComputeThreadTest {
    /** The clock of the compute thread where a test says how long tasks take. */
    private final AtomicLong clock = new AtomicLong();

    @Test
    void shouldShareTimeInProportionToWeights() {
        try (ComputeThread compute = ComputeThread.start(() -> {}, clock::get)) {
            Lane light = compute.lane("light", 1);
            Lane heavy = compute.lane("heavy", 3);
            List<String> order = new ArrayList<>();
            CountDownLatch queued = new CountDownLatch(1);
            List<CompletableFuture<?>> all = new ArrayList<>();
            all.add(compute.lane("gate", 1).submit(() -> queued.await(10, TimeUnit.SECONDS)));
            for (int i = 0; i < 60; i++) {
                all.add(light.submit(() -> run(order, "light")));
                all.add(heavy.submit(() -> run(order, "heavy")));
            }
            queued.countDown();
            CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).join();

            assertThat(order.subList(0, 60).stream().filter("heavy"::equals).count())
                    .isBetween(44L, 46L);
            assertThat(light.busySeconds()).isGreaterThan(0.02);
        }
    }

    private boolean run(List<String> order, String lane) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(2));
        return order.add(lane);
    }

    @Test
    void shouldGiveNoCreditForIdleTime() {
        try (ComputeThread compute = ComputeThread.start(() -> {}, clock::get)) {
            Lane busy = compute.lane("busy", 1);
            Lane late = compute.lane("late", 1);
            List<String> order = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                assertThat(busy.submit(() -> run(new ArrayList<>(), "busy")).join())
                        .isTrue();
            }
            CountDownLatch queued = new CountDownLatch(1);
            List<CompletableFuture<?>> all = new ArrayList<>();
            all.add(busy.submit(() -> queued.await(10, TimeUnit.SECONDS)));
            for (int i = 0; i < 15; i++) {
                all.add(busy.submit(() -> run(order, "busy")));
                all.add(late.submit(() -> run(order, "late")));
            }
            queued.countDown();
            CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).join();

            // With credit all fifteen of the late lane would come first.
            assertThat(order.subList(0, 15).stream().filter("busy"::equals).count())
                    .isBetween(7L, 8L);
        }
    }

    @Test
    void shouldKeepTheOrderWithinALane() {
        try (ComputeThread compute = ComputeThread.start(() -> {})) {
            Lane lane = compute.lane("one", 1);
            List<Integer> order = new ArrayList<>();
            CompletableFuture<?> last = CompletableFuture.completedFuture(null);
            for (int i = 0; i < 100; i++) {
                int number = i;
                last = lane.submit(() -> order.add(number));
            }
            last.join();
            assertThat(order).hasSize(100).isSorted();
        }
    }

    @Test
    void shouldHoldALaneAtAGateWhileTheOthersGoOn() {
        try (ComputeThread compute = ComputeThread.start(() -> {})) {
            Lane held = compute.lane("held", 1);
            Lane other = compute.lane("other", 1);
            List<String> order = new ArrayList<>();
            CompletableFuture<Boolean> gate = new CompletableFuture<>();

            held.submit(() -> order.add("before")).join();
            CompletableFuture<?> gated = held.submitAfter(gate, () -> order.add("gated"));
            CompletableFuture<?> behind = held.submit(() -> order.add("behind"));
            other.submit(() -> order.add("other")).join();
            gate.completeExceptionally(new IOException("however it ends"));
            CompletableFuture.allOf(gated, behind).join();

            assertThat(order).containsExactly("before", "other", "gated", "behind");
        }
    }

    @Test
    void shouldFailWhatWaitsAtAGateWhenTheThreadCloses() {
        CompletableFuture<?> gated;
        try (ComputeThread compute = ComputeThread.start(() -> {})) {
            gated = compute.lane("held", 1).submitAfter(new CompletableFuture<>(), () -> true);
        }
        assertThatThrownBy(gated::get).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRunTasksOnANamedThreadAndHandOnTheirExceptions() {
        try (ComputeThread compute = ComputeThread.start(() -> {})) {
            Lane lane = compute.lane("one", 1);
            assertThat(lane.submit(() -> Thread.currentThread().getName()).join())
                    .isEqualTo("sluice-compute");
            assertThatThrownBy(() -> lane.submit(() -> {
                                throw new IOException("disk");
                            })
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("disk");
            assertThat(lane.submit(() -> 7).join()).isEqualTo(7);
        }
    }

    @Test
    void shouldFailQueuedAndLaterTasksWhenClosed() throws Exception {
        ComputeThread compute = ComputeThread.start(() -> {});
        Lane lane = compute.lane("one", 1);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        CompletableFuture<String> current = lane.submit(() -> {
            running.countDown();
            return failed.await(1, TimeUnit.MINUTES) ? "done" : "waited in vain";
        });
        CompletableFuture<String> queued = lane.submit(() -> "never");
        var unused = queued.whenComplete((value, problem) -> failed.countDown());
        running.await();

        compute.close();

        assertThat(current).isCompletedWithValue("done");
        assertThatThrownBy(queued::join).hasMessageContaining("closed before the task ran");
        assertThatThrownBy(() -> lane.submit(() -> 1).join()).hasMessageContaining("lane one");
    }

    @Test
    void shouldFailTasksWhenThePrologueFails() {
        ComputeThread compute = ComputeThread.start(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {});
            throw new IllegalStateException("no engine");
        });
        Lane lane = compute.lane("one", 1);
        assertThatThrownBy(() -> lane.submit(() -> 1).join()).hasMessageContaining("closed");
        compute.close();
    }

    @Test
    void shouldRefuseAWeightThatIsNotPositive() {
        try (ComputeThread compute = ComputeThread.start(() -> {})) {
            assertThatThrownBy(() -> compute.lane("none", 0))
                    .hasMessageContaining("none")
                    .hasMessageContaining("0");
        }
    }
}
