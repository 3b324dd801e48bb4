package dev.sluice.trainer.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.RowClass;
import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.Golden;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.TestTorch;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sums, and by them the metrics of public libraries on one input (golden/sae/metrics_*). */
class ScorerTest {
    private static final int ROWS = 24;
    private static final int WIDTH = 16;
    private static final int LATENTS = 64;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void shouldGiveTheMetricsOfSaeLensAndDictionaryLearning() {
        JsonNode saeLens = Golden.json("sae/metrics_expected.json").get("saelens_6.18.evals");
        JsonNode peer = Golden.json("sae/metrics_expected.json").get("dictionary_learning.evaluate");
        ClassSums sums = score(new byte[ROWS]).all();
        double n = sums.rows();
        double fvu = sums.squaredError() / (sums.squaredNorm() - sums.sum().squaredNorm() / n);

        // Not explained_variance_as_coded_in_snapshot, which takes squares for values in the mean.
        assertClose(1 - fvu, saeLens.get("explained_variance_as_intended"));
        assertClose(fvu, Golden.json("sae/metrics_expected.json").at("/sparsify/fvu"));
        assertClose(sums.active() / n, saeLens.get("l0"));
        assertClose(sums.l1() / n, saeLens.get("l1"));
        assertClose(sums.cosine() / n, saeLens.get("cossim"));
        assertClose(sums.normRatio() / n, saeLens.get("l2_ratio"));
        assertClose(sums.reconstructionSquaredNorm() / sums.dot(), saeLens.get("relative_reconstruction_bias"));
        assertClose(sums.cosine() / n, peer.get("cossim"));
        assertClose(sums.active() / n, peer.get("l0"));
        assertClose(sums.reconstructionSquaredNorm() / sums.dot(), peer.get("relative_reconstruction_bias"));
    }

    @Test
    void shouldCallSseWhatSaeLensCallsMse() {
        ClassSums sums = score(new byte[ROWS]).all();

        assertClose(
                sums.squaredError() / sums.rows(),
                Golden.json("sae/metrics_expected.json").at("/saelens_6.18.evals/mse"));
    }

    private static void assertClose(double actual, JsonNode expected) {
        assertThat(actual).isCloseTo(expected.asDouble(), within(2e-6 * Math.abs(expected.asDouble())));
    }

    @Test
    void shouldSumTheRestApartFromTheOtherClasses() {
        byte[] classes = new byte[ROWS];
        classes[0] = RowClass.FIRST_POSITION.code();
        classes[5] = RowClass.SPECIAL_TOKEN.code();
        classes[9] = RowClass.NORM_OUTLIER.code();
        BatchStatistics statistics = score(classes);
        BatchStatistics whole = score(new byte[ROWS]);

        assertThat(statistics.all()).isEqualTo(whole.all());
        assertThat(statistics.rest().rows()).isEqualTo(ROWS - 3);
        assertThat(statistics.rest().active()).isLessThan(whole.rest().active());
        assertThat(statistics.rest().squaredError()).isLessThan(whole.rest().squaredError());
        assertThat(whole.rest()).isEqualTo(whole.all());
    }

    @Test
    void shouldBinRowsByPowersOfTwoOfTheirActiveCodes() {
        BatchStatistics statistics = score(
                new float[5 * 2],
                new float[5 * 2],
                2,
                dense(new float[][] {
                    {0, 0, 0, 0, 0}, {1, 0, 0, 0, 0}, {1, 1, 0, 0, 0}, {1, 1, 1, 0, 0}, {1, 1, 1, -1, 0}
                }),
                filled(5, 2));

        assertThat(statistics.l0Histogram()).isEqualTo(List.of(1L, 1L, 2L, 1L));
        assertThat(statistics.fired().size()).isEqualTo(4);
        assertThat(statistics.fired().contains(4)).isFalse();
        assertThat(statistics.all().active()).isEqualTo(10);
        assertThat(statistics.all().l1()).isEqualTo(20);
    }

    @Test
    void shouldCountRowsWithAZeroVectorAsCosineZero() {
        BatchStatistics statistics = score(
                new float[] {0, 0, 3, 4, 3, 4},
                new float[] {1, 1, 0, 0, 6, 8},
                2,
                dense(new float[3][1]),
                filled(1, 1));

        assertThat(statistics.all().cosine()).isEqualTo(1);
        assertThat(statistics.all().normRatio()).isEqualTo(2);
        assertThat(statistics.all().squaredNorm()).isEqualTo(50);
        assertThat(statistics.all().squaredError()).isEqualTo(2 + 25 + 25);
    }

    @Test
    void shouldReuseTheMomentsOfABatch() {
        Batch batch = batch(Golden.tensors("sae/metrics_input.safetensors").floats("x"), WIDTH, new byte[ROWS]);
        BatchMoments moments = BatchMoments.of(batch);

        assertThat(Scorer.score(moments, golden())).isEqualTo(Scorer.score(batch, golden()));
        assertThat(Scorer.score(moments, golden())).isEqualTo(score(new byte[ROWS]));
    }

    @Test
    void shouldRefuseAReconstructionOfAnotherShape() {
        Batch batch = batch(new float[3 * WIDTH], WIDTH, new byte[3]);

        assertThatThrownBy(() -> Scorer.score(batch, golden()))
                .hasMessageContaining("shape of the rows (3, 16), got (24, 16)");
    }

    private BatchStatistics score(byte[] classes) {
        float[] x = Golden.tensors("sae/metrics_input.safetensors").floats("x");
        return Scorer.score(batch(x, WIDTH, classes), golden());
    }

    private BatchStatistics score(float[] x, float[] out, int width, Codes codes, float[] norms) {
        NDArray reconstructed = manager.create(out, new Shape(out.length / width, width));
        return Scorer.score(
                batch(x, width, new byte[x.length / width]),
                new Reconstruction(codes, manager.create(norms), reconstructed, Map.of()));
    }

    private Reconstruction golden() {
        Golden golden = Golden.tensors("sae/metrics_input.safetensors");
        float[] f = golden.floats("f");
        float[][] rows = new float[ROWS][];
        for (int row = 0; row < ROWS; row++) {
            rows[row] = Arrays.copyOfRange(f, row * LATENTS, (row + 1) * LATENTS);
        }
        return new Reconstruction(
                dense(rows), manager.create(filled(LATENTS, 1)), golden.array("x_hat", manager), Map.of());
    }

    private Batch batch(float[] x, int width, byte[] classes) {
        IntBuffer none = IntBuffer.allocate(classes.length);
        return new Batch(0, manager.create(x, new Shape(classes.length, width)), none, none, ByteBuffer.wrap(classes));
    }

    private static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    private static Codes dense(float[][] rows) {
        return new Codes() {
            @Override
            public long active() {
                throw new UnsupportedOperationException("the scorer counts for itself");
            }

            @Override
            public void forEachRow(RowVisitor visitor) {
                for (int row = 0; row < rows.length; row++) {
                    int[] latents = new int[rows[row].length];
                    float[] values = new float[latents.length];
                    int count = 0;
                    for (int latent = 0; latent < latents.length; latent++) {
                        if (rows[row][latent] != 0) {
                            latents[count] = latent;
                            values[count++] = rows[row][latent];
                        }
                    }
                    visitor.row(row, latents, values, 0, count);
                }
            }
        };
    }
}
