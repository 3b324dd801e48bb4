package dev.sluice.trainer.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.contract.Json;
import org.junit.jupiter.api.Test;

/** The bytes of what is on topics, whose members stand side by side, sorted by name, whatever records hold them here. */
class WireFormTest {
    private static final String MANIFEST = """
            {"bytes":8,"epoch":1,"file":"a/4","generation":2,"last":true,"previous":{"bytes":7,"epoch":1,\
            "file":"a/3","generation":2,"last":false,"provenance":{"engine":"x","jdk":"17"},"row":299,\
            "sha256":"s3","spec":{"dictionary":{"kind":"kmeans","half_life_tokens":0,"init_rows":0,"latents":8,\
            "seeding":"greedy","split_tokens":0},"from":"earliest","id":"a","stream":"stream-1",\
            "training":{"adam":{"beta1":0.9,"beta2":0.999,"epsilon":1.0E-8,"weight_decay":0.0},\
            "batch_tokens":100,"checkpoint_tokens":1000,"clip_norm":1.0,"decay":0.5,"decoder_bias":"mean",\
            "epochs":1,"learning_rate":0.008,"normalisation":"expected-average","reference":"none",\
            "schedule":"linear","seed":1,"skip_classes":[],"tokens":1000,"warm_up":0.05}},"step":3,\
            "stream_digest":"d","tokens":300,"version":1},"provenance":{"jdk":"17"},"row":399,"sha256":"s4",\
            "spec":{"dictionary":{"kind":"kmeans","half_life_tokens":0,"init_rows":0,"latents":8,\
            "seeding":"greedy","split_tokens":0},"from":"earliest","id":"a","stream":"stream-1",\
            "training":{"adam":{"beta1":0.9,"beta2":0.999,"epsilon":1.0E-8,"weight_decay":0.0},\
            "batch_tokens":100,"checkpoint_tokens":1000,"clip_norm":1.0,"decay":0.5,"decoder_bias":"mean",\
            "epochs":1,"learning_rate":0.008,"normalisation":"expected-average","reference":"none",\
            "schedule":"linear","seed":1,"skip_classes":[],"tokens":1000,"warm_up":0.05}},"step":4,\
            "stream_digest":"d","tokens":400,"version":1}""";

    private static final String MEASUREMENT = """
            {"at_millis":1767225600000,"batch_tokens":3,"density":{"latents":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,3]},\
            "generation":1,"kind":"topk","last":true,"latents":80,"losses":{"l1":1.0E-7,"loss":1.5},\
            "split":"heldout","statistics":{"all":{"active":9,"cosine":0.3333333333333333,"dot":-2.5,"l1":4.25,\
            "norm_ratio":2.0,"reconstruction_squared_norm":1.0E300,"rows":3,"squared_error":0.1,\
            "squared_norm":1.0E-12,"sum":"AAAAAAAA+D+amZmZmZm5vw=="},"fired":"CAAAAAAAAABA",\
            "l0_histogram":[0,3],"rest":{"active":0,"cosine":0.0,"dot":0.0,"l1":0.0,"norm_ratio":0.0,\
            "reconstruction_squared_norm":0.0,"rows":0,"squared_error":0.0,"squared_norm":0.0,\
            "sum":"AAAAAAAAAAAAAAAAAAAAAA=="}},"step":4,"stream":"stream-1","tokens":400,"variant":"a",\
            "version":1,"view":"first-8","width":2}""";

    private static final String STATUS = """
            {"at_millis":1767225600000,"busy_seconds":0.25,"checkpoint_millis":-1,"checkpoint_tokens":-1,\
            "epoch":1,"generation":1,"kind":"topk","lag_rows":5,"latents":64,"parameters":1096,\
            "reason":"no rows","row":299,"state":"failed","stream":"stream-1","target_tokens":-1,"tokens":300,\
            "tokens_per_second":12.5,"variant":"a","version":1}""";

    @Test
    void shouldReadAManifestWithItsPredecessorAndWriteTheSameBytes() {
        CheckpointManifest read = Json.read(MANIFEST.getBytes(UTF_8), CheckpointManifest.class);

        assertThat(new String(Json.write(read), UTF_8)).isEqualTo(MANIFEST);
        assertThat(read.position()).isEqualTo(new CheckpointManifest.Position(4, 400, 399, 1));
        assertThat(read.stored()).isEqualTo(new CheckpointManifest.StoredFile("a/4", 8, "s4"));
        assertThat(read.after(read.previous())).isEqualTo(read);
    }

    @Test
    void shouldReadAMeasurementAndWriteTheSameBytes() {
        Measurement read = Json.read(MEASUREMENT.getBytes(UTF_8), Measurement.class);

        assertThat(new String(Json.write(read), UTF_8)).isEqualTo(MEASUREMENT);
        assertThat(read.subject()).isEqualTo(new Measurement.Subject("a", "first-8", 1, "stream-1", "topk"));
        assertThat(read.statistics().all().codes()).isEqualTo(new BatchStatistics.ClassSums.Coded(9, 4.25));
    }

    @Test
    void shouldReadAStatusAndWriteTheSameBytes() {
        VariantStatus read = Json.read(STATUS.getBytes(UTF_8), VariantStatus.class);

        assertThat(new String(Json.write(read), UTF_8)).isEqualTo(STATUS);
        assertThat(read.condition()).isEqualTo(new VariantStatus.Condition(VariantPhase.FAILED, "no rows"));
        assertThat(read.checkpoint()).isEqualTo(VariantStatus.Checkpoint.NONE);
    }
}
