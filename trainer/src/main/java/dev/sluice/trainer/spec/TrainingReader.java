package dev.sluice.trainer.spec;

import dev.sluice.trainer.contract.AdamSpec;
import dev.sluice.trainer.contract.TrainingSpec;
import java.util.List;

/** The keys of {@code training} in user input. */
final class TrainingReader {
    private static final int LEAST_BATCH_TOKENS = 16;
    private static final List<String> NORMALISATIONS =
            List.of("constant-norm-rescale", "expected-average", "layer-norm", "none");
    private static final List<String> SCHEDULES = List.of("constant", "cosine", "linear");
    private static final List<String> DECODER_BIASES = List.of("geometric-median", "mean", "zero");
    private static final List<String> CLASSES = List.of("first-position", "norm-outlier", "special-token");
    private static final List<String> REFERENCES = List.of("none", "saelens-6.18");

    private TrainingReader() {}

    /** @param absent the values of the kind where the fields have none */
    static TrainingSpec read(Fields fields, TrainingSpec absent, VariantDefaults defaults) {
        int epochs = fields.count("epochs", defaults.epochs(), 1);
        long tokens = fields.whole("tokens", defaults.tokens(epochs), 1, Long.MAX_VALUE);
        TrainingSpec training = new TrainingSpec(
                fields.decimal("learning-rate", absent.learningRate(), 0, Double.MAX_VALUE),
                fields.count("batch-tokens", absent.batchTokens(), LEAST_BATCH_TOKENS),
                epochs,
                tokens,
                fields.decimal("warm-up", absent.warmUp(), 0, 1),
                fields.decimal("decay", absent.decay(), 0, 1),
                fields.decimal("clip-norm", absent.clipNorm(), 0, Double.MAX_VALUE),
                fields.oneOf("normalisation", absent.normalisation(), NORMALISATIONS),
                fields.whole("seed", absent.seed(), Long.MIN_VALUE, Long.MAX_VALUE),
                fields.whole("checkpoint-tokens", KindDefaults.checkpointTokens(tokens), 1, Long.MAX_VALUE),
                fields.oneOf("schedule", absent.schedule(), SCHEDULES),
                adam(fields.object("adam"), absent.adam()),
                fields.oneOf("decoder-bias", absent.decoderBias(), DECODER_BIASES),
                fields.someOf("skip-classes", absent.skipClasses(), CLASSES),
                fields.oneOf("reference", absent.reference(), REFERENCES));
        fields.refuseOthers("training");
        return training;
    }

    private static AdamSpec adam(Fields fields, AdamSpec absent) {
        AdamSpec adam = new AdamSpec(
                fields.decimal("beta1", absent.beta1(), 0, 1),
                fields.decimal("beta2", absent.beta2(), 0, 1),
                fields.decimal("epsilon", absent.epsilon(), 0, Double.MAX_VALUE),
                fields.decimal("weight-decay", absent.weightDecay(), 0, Double.MAX_VALUE));
        fields.refuseOthers("adam");
        return adam;
    }
}
