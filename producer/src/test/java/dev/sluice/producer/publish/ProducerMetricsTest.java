package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.publish.ProducerMetrics.Stage;
import dev.sluice.producer.service.Scrape;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProducerMetricsTest {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final ProducerMetrics metrics =
            new ProducerMetrics(registry, InstantSource.fixed(Instant.ofEpochMilli(1_800_000_000_500L)), nanos::get);

    @Test
    void shouldStartEveryCounterAtZero() {
        assertThat(scrape()).isEqualTo(expected("0.0", "0.0", "0.0", "0.0", "0.0", "0.0", "0.0", "0.0", "0.0"));
    }

    @Test
    void shouldScrapeWhatThePublisherTold() {
        metrics.opened(2);
        metrics.timed(Stage.FORWARD, () -> {
            nanos.addAndGet(1_500_000_000);
        });
        metrics.timed(Stage.SEND, () -> {
            nanos.addAndGet(250_000_000);
        });
        metrics.committed(4096, 3, 1_050_000);
        metrics.aborted(2);
        metrics.queued(7);
        metrics.completed();

        assertThat(scrape())
                .isEqualTo(
                        expected("1050000.0", "1.8000000005E9", "1.0", "7.0", "2.0", "3.0", "1.5", "0.25", "4096.0"));
    }

    private String scrape() {
        return Scrape.text(registry, TextFormat.CONTENT_TYPE_004);
    }

    private static String expected(
            String bytes,
            String lastCommit,
            String open,
            String queue,
            String aborted,
            String committed,
            String forward,
            String send,
            String tokens) {
        return """
                # HELP sluice_producer_bytes_total Bytes of activation records committed.
                # TYPE sluice_producer_bytes_total counter
                sluice_producer_bytes_total %s
                # HELP sluice_producer_last_commit_timestamp_seconds When a transaction was last committed.
                # TYPE sluice_producer_last_commit_timestamp_seconds gauge
                sluice_producer_last_commit_timestamp_seconds %s
                # HELP sluice_producer_open_streams Streams of this process that are known and not complete.
                # TYPE sluice_producer_open_streams gauge
                sluice_producer_open_streams %s
                # HELP sluice_producer_queue_records Records computed and waiting to be sent.
                # TYPE sluice_producer_queue_records gauge
                sluice_producer_queue_records %s
                # HELP sluice_producer_records_total Activation records by the end of their transaction.
                # TYPE sluice_producer_records_total counter
                sluice_producer_records_total{result="aborted",} %s
                sluice_producer_records_total{result="committed",} %s
                # HELP sluice_producer_stage_seconds_total Busy time by stage: tokenize, forward, mix, encode, send.
                # TYPE sluice_producer_stage_seconds_total counter
                sluice_producer_stage_seconds_total{stage="encode",} 0.0
                sluice_producer_stage_seconds_total{stage="forward",} %s
                sluice_producer_stage_seconds_total{stage="mix",} 0.0
                sluice_producer_stage_seconds_total{stage="send",} %s
                sluice_producer_stage_seconds_total{stage="tokenize",} 0.0
                # HELP sluice_producer_tokens_total Rows committed, train and held-out, of all streams.
                # TYPE sluice_producer_tokens_total counter
                sluice_producer_tokens_total %s
                """.formatted(bytes, lastCommit, open, queue, aborted, committed, forward, send, tokens);
    }
}
