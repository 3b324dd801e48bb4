package dev.sluice.evaluator.metrics;

import static dev.sluice.trainer.contract.Measurement.HELDOUT;
import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.page.Facts;
import dev.sluice.evaluator.view.LiveView;
import dev.sluice.producer.service.Scrape;
import dev.sluice.trainer.contract.WantedVariant;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EvaluatorMetricsTest {
    private final LiveView view = new LiveView(() -> 0, () -> 0, 16_384, 65_536);
    private final CollectorRegistry registry = new CollectorRegistry();
    private final EvaluatorMetrics metrics = new EvaluatorMetrics(view).addTo(registry);

    @Test
    void shouldScrapeWhatTheTopicsSay() {
        view.put(Facts.STREAM, Facts.progress(10_000, false, 1, 0));
        view.put("pca", WantedVariant.of(Facts.pca("pca")));
        view.put(Facts.metrics("pca", "first-8", "pca", PREQUENTIAL, 16_384, 16_384, false, false, 0.5, 1000));
        view.put(Facts.metrics("pca", "first-8", "pca", PREQUENTIAL, 32_768, 20_000, true, false, 0.375, 2500));
        view.put(Facts.metrics("pca", "first-8", "pca", HELDOUT, 16_384, 16_384, false, false, 0.25, 2000));
        JobResult result = Facts.throughModel(
                Facts.pca("pca"), "first-8", Map.of("ce_recovered", 0.8125, "ce_increase", 0.75, "kl", 0.5));
        view.put(result.key().text(), result);
        metrics.reject("measurement");

        assertThat(scrape()).isEqualTo("""
                # HELP sluice_eval_ce_increase_nats Cross-entropy per token that the reconstruction costs, newest checkpoint that was scored through the model.
                # TYPE sluice_eval_ce_increase_nats gauge
                sluice_eval_ce_increase_nats{stream="STREAM",variant="pca-first-8",} 0.75
                # HELP sluice_eval_ce_recovered_ratio Share of the cross-entropy that zero ablation loses and the reconstruction keeps, newest checkpoint that was scored through the model.
                # TYPE sluice_eval_ce_recovered_ratio gauge
                sluice_eval_ce_recovered_ratio{stream="STREAM",variant="pca-first-8",} 0.8125
                # HELP sluice_eval_cosine_ratio Mean cosine between an activation and its reconstruction over the newest window.
                # TYPE sluice_eval_cosine_ratio gauge
                sluice_eval_cosine_ratio{stream="STREAM",variant="pca-first-8",split="heldout",} 0.9
                sluice_eval_cosine_ratio{stream="STREAM",variant="pca-first-8",split="prequential",} 0.9
                # HELP sluice_eval_dead_ratio Share of latents silent over so many tokens of training.
                # TYPE sluice_eval_dead_ratio gauge
                sluice_eval_dead_ratio{stream="STREAM",variant="pca-first-8",window="65536",} 0.125
                # HELP sluice_eval_density_latents Latents active on at most the share le of the held-out rows, newest score.
                # TYPE sluice_eval_density_latents gauge
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="0.001",} 100.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="0.003",} 1023.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="0.01",} 1023.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="0.03",} 1023.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="0.1",} 1024.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="0.3",} 1024.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="1.0",} 1024.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="1.0E-4",} 100.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="1.0E-5",} 100.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="1.0E-6",} 100.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="1.0E-7",} 100.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="3.0E-4",} 100.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="3.0E-5",} 100.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="3.0E-6",} 100.0
                sluice_eval_density_latents{stream="STREAM",variant="pca-first-8",le="3.0E-7",} 100.0
                # HELP sluice_eval_fvu_ratio Fraction of variance unexplained over the newest window.
                # TYPE sluice_eval_fvu_ratio gauge
                sluice_eval_fvu_ratio{stream="STREAM",variant="pca-first-8",split="heldout",} 0.25
                sluice_eval_fvu_ratio{stream="STREAM",variant="pca-first-8",split="prequential",} 0.5
                # HELP sluice_eval_kl_nats KL divergence per token from the original prediction to the one with the reconstruction, newest checkpoint that was scored through the model.
                # TYPE sluice_eval_kl_nats gauge
                sluice_eval_kl_nats{stream="STREAM",variant="pca-first-8",} 0.5
                # HELP sluice_eval_l0_latents Active latents per token over the newest window.
                # TYPE sluice_eval_l0_latents gauge
                sluice_eval_l0_latents{stream="STREAM",variant="pca-first-8",split="heldout",} 8.0
                sluice_eval_l0_latents{stream="STREAM",variant="pca-first-8",split="prequential",} 8.0
                # HELP sluice_eval_l1 Absolute codes times the norms of their decoder rows, summed per token over the newest window.
                # TYPE sluice_eval_l1 gauge
                sluice_eval_l1{stream="STREAM",variant="pca-first-8",split="heldout",} 30.0
                sluice_eval_l1{stream="STREAM",variant="pca-first-8",split="prequential",} 30.0
                # HELP sluice_eval_last_window_timestamp_seconds When the newest measurement was taken, also of a window that is still open.
                # TYPE sluice_eval_last_window_timestamp_seconds gauge
                sluice_eval_last_window_timestamp_seconds{stream="STREAM",variant="pca-first-8",split="heldout",} 2.0
                sluice_eval_last_window_timestamp_seconds{stream="STREAM",variant="pca-first-8",split="prequential",} 2.5
                # HELP sluice_eval_mse Squared error per element over the newest window.
                # TYPE sluice_eval_mse gauge
                sluice_eval_mse{stream="STREAM",variant="pca-first-8",split="heldout",} 1.5
                sluice_eval_mse{stream="STREAM",variant="pca-first-8",split="prequential",} 3.0
                # HELP sluice_eval_norm_ratio Mean ratio of a reconstruction's norm to its activation's over the newest window.
                # TYPE sluice_eval_norm_ratio gauge
                sluice_eval_norm_ratio{stream="STREAM",variant="pca-first-8",split="heldout",} 0.875
                sluice_eval_norm_ratio{stream="STREAM",variant="pca-first-8",split="prequential",} 0.875
                # HELP sluice_eval_reconstruction_bias_ratio Relative reconstruction bias (below 1: reconstructions shrink) over the newest window.
                # TYPE sluice_eval_reconstruction_bias_ratio gauge
                sluice_eval_reconstruction_bias_ratio{stream="STREAM",variant="pca-first-8",split="heldout",} 1.0
                sluice_eval_reconstruction_bias_ratio{stream="STREAM",variant="pca-first-8",split="prequential",} 1.0
                # HELP sluice_eval_records_rejected_total Records that could not be counted or shown, by reason.
                # TYPE sluice_eval_records_rejected_total counter
                sluice_eval_records_rejected_total{reason="format",} 0.0
                sluice_eval_records_rejected_total{reason="measurement",} 1.0
                # HELP sluice_eval_sse Squared error per token over the newest window.
                # TYPE sluice_eval_sse gauge
                sluice_eval_sse{stream="STREAM",variant="pca-first-8",split="heldout",} 200.0
                sluice_eval_sse{stream="STREAM",variant="pca-first-8",split="prequential",} 400.0
                # HELP sluice_eval_window_tokens Rows in the newest window.
                # TYPE sluice_eval_window_tokens gauge
                sluice_eval_window_tokens{stream="STREAM",variant="pca-first-8",split="heldout",} 990.0
                sluice_eval_window_tokens{stream="STREAM",variant="pca-first-8",split="prequential",} 990.0
                """.replace("STREAM", Facts.STREAM));
    }

    @Test
    void shouldForgetADeletedVariant() {
        String before = scrape();
        view.put("a", WantedVariant.of(Facts.topk("a")));
        view.put(Facts.metrics("a", "", "topk", PREQUENTIAL, 16_384, 16_384, false, 0.5));
        view.put(Facts.metrics("a", "", "topk", HELDOUT, 16_384, 16_384, false, 0.4));
        assertThat(scrape()).contains("variant=\"a\"");

        @Nullable WantedVariant none = null;
        view.put("a", none);

        assertThat(scrape()).isEqualTo(before);
    }

    private String scrape() {
        return Scrape.text(registry, TextFormat.CONTENT_TYPE_004);
    }
}
