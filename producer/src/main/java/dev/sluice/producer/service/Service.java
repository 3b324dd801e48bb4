package dev.sluice.producer.service;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A part of Sluice that a {@code Main} or the one-process launcher starts, watches and stops. */
public interface Service {
    /** As in metrics, health and logs: {@code producer}, {@code trainer}, {@code evaluator}. */
    String name();

    /** Checks the settings, then starts the service's threads and returns; called once. */
    void start();

    /** Ends work at the next safe point, waits for the threads, closes everything; idempotent. */
    void stop(Duration within);

    /** Completes with the cause when the service can no longer do its work; stays open otherwise. */
    CompletionStage<Throwable> failure();
}
