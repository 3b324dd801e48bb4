package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CostTest {
    private static final int WIDTH = 32;

    static List<VariantSpec> everyKindButPca() {
        return Specs.everyKind().stream()
                .filter(spec -> !spec.dictionary().kind().equals("pca"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("everyKindButPca")
    void shouldCountTheParametersThatTheLearnerHas(VariantSpec spec) {
        try (NDManager manager = TestTorch.manager();
                Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            long parameters = learner.views().values().iterator().next().size().parameters();

            assertThat(Cost.of(spec.dictionary(), WIDTH).parameters()).isEqualTo((double) parameters);
        }
    }

    @Test
    void shouldCountTwoMomentsForEveryParameterOfAnAutoencoder() {
        Cost cost = Cost.of(Specs.topK(1024, 16), 128);

        assertThat(cost.parameters()).isEqualTo(2 * 128 * 1024 + 1024 + 128);
        assertThat(cost.momentBytes()).isEqualTo(2 * cost.parameterBytes());
        assertThat(cost.flopPerToken()).isEqualTo(2.0 * 128 * 1024 + 8.0 * 128 * 16);
        assertThat(Cost.of(new KMeans(64, 0), 128).momentBytes()).isZero();
        assertThat(Cost.of(new Pca(List.of(8), List.of()), 128).momentBytes()).isZero();
    }

    @Test
    void shouldCostWhatNobodyCanAllocate() {
        assertThat(Cost.of(Specs.topK(Integer.MAX_VALUE, 1), Integer.MAX_VALUE).bytes())
                .isGreaterThan(1e20);
    }
}
