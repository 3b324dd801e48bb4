package dev.sluice.evaluator.truth;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.synthetic.NamedSpec;
import dev.sluice.producer.synthetic.SyntheticSource;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A TopK SAE finds the features that the rows of the bundled source {@code recovery} are made of. */
class RecoveryTest {
    private static final int ROWS = 1_024;
    private static final int BATCHES = 128;

    @Test
    void shouldRecoverNineteenOfTwentyTrueDirections() throws IOException {
        SyntheticSource source = new SyntheticSource(NamedSpec.read("recovery").spec());
        VariantSpec spec = new VariantSpec(
                "topk",
                "recovery",
                TopK.of(Map.of("latents", 128, "k", 3, "dead-tokens", 8L * ROWS)),
                TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.of(
                                "epochs",
                                1,
                                "tokens",
                                (long) BATCHES * ROWS,
                                "checkpoint-tokens",
                                (long) BATCHES * ROWS)),
                "earliest");
        try (Torch torch = Torch.start(2);
                NDManager manager = torch.manager().newSubManager();
                Learner learner = Kind.of(spec).create(spec, source.spec().width(), manager)) {
            for (int number = 0; number < BATCHES; number++) {
                learn(learner, batch(manager, source, (long) number * ROWS));
            }
            Truth truth = new Truth(source.spec());
            Dictionary view = learner.views().values().iterator().next();
            ViewTruth compared = new ViewTruth(view, "topk", truth);
            long later = (long) BATCHES * ROWS;
            Batch batch = batch(manager, source, later);
            compared.add(
                    batch, truth.supports(LongStream.range(later, later + ROWS).boxed()));
            TruthFigures.View figures = compared.figures();

            assertThat(source.spec().features()).isGreaterThanOrEqualTo(64);
            assertThat(source.spec().width()).isLessThanOrEqualTo(64);
            assertThat(figures.found().recall()).isGreaterThanOrEqualTo(0.95);
            assertThat(Objects.requireNonNull(figures.firing()).f1()).isGreaterThan(0.9);
        }
    }

    private static void learn(Learner learner, Batch batch) {
        learner.learn(batch).values().forEach(made -> made.reconstructed().close());
        batch.x().close();
    }

    private static Batch batch(NDManager manager, SyntheticSource source, long first) {
        NDArray x = manager.create(
                source.rows(first, ROWS), new Shape(ROWS, source.spec().width()));
        return new Batch(first, x, IntBuffer.allocate(ROWS), IntBuffer.allocate(ROWS), ByteBuffer.allocate(ROWS));
    }
}
