package dev.sluice.producer.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * What probes ask. Live means that every loop has ticked lately, never that Kafka can be reached: restarting a process
 * does not mend a broker. Safe for several threads.
 */
public final class Health {
    private final LongSupplier nanoClock;
    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private final List<Part> parts = new CopyOnWriteArrayList<>();

    /** @param nanoClock as {@link System#nanoTime} */
    public Health(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** A loop that must tick at least once every {@code limit}, until it is closed. */
    public Loop loop(String name, Duration limit) {
        Loop loop = new Loop(name, limit);
        loops.add(loop);
        return loop;
    }

    /** A part of the process that starts once, and is ready from time to time. */
    public Part part(String name) {
        Part part = new Part(name);
        parts.add(part);
        return part;
    }

    /** Why the process has not started, is not ready, or does not live; empty if it has, is, or does. */
    List<String> notStarted() {
        return parts.stream()
                .filter(part -> !part.started)
                .map(part -> part.name + " has not started" + part.waiting())
                .toList();
    }

    List<String> notReady() {
        return parts.stream()
                .filter(part -> !part.ready)
                .map(part -> part.name + " is not ready" + part.waiting())
                .toList();
    }

    List<String> notLive() {
        long now = nanoClock.getAsLong();
        List<String> reasons = new ArrayList<>();
        for (Loop loop : loops) {
            Duration silent = Duration.ofNanos(now - loop.lastTick);
            if (silent.compareTo(loop.limit) > 0) {
                reasons.add(loop.name + " has not ticked for " + silent.toSeconds() + " s, the limit is "
                        + loop.limit.toSeconds() + " s");
            }
        }
        return reasons;
    }

    /** See {@link Health#loop}. */
    public final class Loop implements AutoCloseable {
        private final String name;
        private final Duration limit;
        private volatile long lastTick = nanoClock.getAsLong();

        private Loop(String name, Duration limit) {
            this.name = name;
            this.limit = limit;
        }

        public void tick() {
            lastTick = nanoClock.getAsLong();
        }

        /** The loop has ended as it should; it no longer counts. */
        @Override
        public void close() {
            loops.remove(this);
        }
    }

    /** See {@link Health#part}. */
    public static final class Part {
        private final String name;
        private volatile boolean started;
        private volatile boolean ready;
        private volatile String waitsFor = "";

        private Part(String name) {
            this.name = name;
        }

        /** Tells probes what the part waits for, until it has started. */
        public void waits(String what) {
            waitsFor = what;
        }

        private String waiting() {
            return waitsFor.isEmpty() ? "" : ", it waits for " + waitsFor;
        }

        /** Start-up is over, and the part is ready. */
        public void started() {
            waitsFor = "";
            started = true;
            ready = true;
        }

        public void ready(boolean isReady) {
            ready = isReady;
        }
    }
}
