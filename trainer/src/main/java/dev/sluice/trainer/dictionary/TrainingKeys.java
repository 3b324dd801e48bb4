package dev.sluice.trainer.dictionary;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.trainer.contract.TrainingSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of {@code training}. Those without a default have one that depends on others: {@code epochs} and {@code tokens}
 * come from the run, {@code checkpoint-tokens} from the tokens.
 */
public final class TrainingKeys {
    public static final String EPOCHS = "epochs";
    public static final String TOKENS = "tokens";
    public static final String CHECKPOINT_TOKENS = "checkpoint-tokens";
    public static final String SAELENS = "saelens-6.18";
    private static final String LEARNING_RATE = "learning-rate";
    private static final String WARM_UP = "warm-up";
    private static final String DECAY = "decay";
    private static final String CLIP_NORM = "clip-norm";
    private static final String NORMALISATION = "normalisation";
    private static final String NONE = "none";
    private static final String SHARE = "of training.tokens";

    /** Of kinds that learn by gradients. The rate and the decay were best for TopK on the sample; RATIONALE has the figures. */
    public static final List<Key> DESCENT = List.of(
            Key.number(LEARNING_RATE, 8e-3).above(0.0).letter("lr").inForm().text("peak of Adam's rate"),
            Key.word("schedule", "linear", "constant", "cosine", "linear")
                    .text("of the rate after the warm-up; `cosine` falls to a tenth"),
            Key.share(WARM_UP, 0.05).unit(SHARE).text("the rate rises linearly"),
            Key.share(DECAY, 0.5).unit(SHARE).text("the rate falls linearly to 0 at the end, of the schedule `linear`"),
            Key.share("adam.beta1", 0.9).below(1).text("decay of the mean of gradients"),
            Key.share("adam.beta2", 0.999).below(1).text("decay of the mean of their squares"),
            Key.number("adam.epsilon", 1e-8).above(0.0).text("added to the root of that mean"),
            Key.number("adam.weight-decay", 0)
                    .text("share of each parameter that is added to its gradient (L2, not decoupled)"),
            Key.number(CLIP_NORM, 1).text("largest norm of the whole gradient; 0 for none"),
            Key.word(NORMALISATION, "expected-average", "constant-norm-rescale", "expected-average", "layer-norm", NONE)
                    .text("of the input: `expected-average` scales the mean norm of the first batch to √d, "
                            + "`constant-norm-rescale` each row's"),
            Key.word("decoder-bias", "mean", "geometric-median", "mean", "zero")
                    .text("what b_dec begins with, from the first batch"),
            Key.word("reference", NONE, NONE, SAELENS)
                    .text("`saelens-6.18`: its formulas instead of the corrected ones"));

    /** Of every kind. */
    public static final List<Key> COMMON = List.of(
            Key.integer("batch-tokens", 1024)
                    .atLeast(StableProduct.LEAST_ROWS)
                    .unit("tokens")
                    .text("rows of a batch"),
            Key.integer(EPOCHS, null).atLeast(1).unit("passes").inForm().text("passes over the stream"),
            Key.whole(TOKENS, null).atLeast(1).unit("tokens").text("horizon of the schedules"),
            Key.whole(CHECKPOINT_TOKENS, null)
                    .atLeast(1)
                    .unit("tokens")
                    .text("distance of checkpoints, and so of held-out scores"),
            Key.whole("seed", 0L).letter("s").text("of the initialisation"),
            Key.words("skip-classes", List.of(), RowChoice.SKIPPABLE)
                    .text("rows of these classes are measured, not learned from"));

    public static final List<Key> ALL =
            Stream.concat(DESCENT.stream(), COMMON.stream()).toList();

    /** Defaults of kinds without gradients: no schedule, and rows are taken as they are. */
    static final Map<String, Object> WITHOUT_DESCENT =
            Map.of(LEARNING_RATE, 0.0, WARM_UP, 0.0, DECAY, 0.0, CLIP_NORM, 0.0, NORMALISATION, NONE);

    private TrainingKeys() {}

    /** The default of a key for a kind, null if it depends on others. */
    public static @Nullable Object absent(Key key, Descriptor<?> kind) {
        Object own = kind.training().defaults().get(key.name());
        return own == null ? key.absent() : own;
    }

    /**
     * A spec with these values, and the kind's defaults of the other keys.
     *
     * @param values by key; {@code epochs}, {@code tokens} and {@code checkpoint-tokens} have no default
     * @throws IllegalArgumentException if there is no such key, or a value is not of its type
     */
    public static TrainingSpec spec(Descriptor<?> kind, Map<String, Object> values) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Key key : ALL) {
            Object absent = absent(key, kind);
            if (absent != null) {
                all.put(key.name(), absent);
            }
        }
        all.putAll(values);
        return Records.of(ALL, all, TrainingSpec.class);
    }

    /** Adds what is wrong with the training of a kind. */
    static void check(Violations violations, TrainingSpec training, boolean descends) {
        JsonNode values = Records.tree(training);
        (descends ? ALL : COMMON).forEach(key -> violations.requireKey("training", key, values));
        double shares = training.warmUp() + training.decay();
        violations.require(!descends || !(shares > 1), "training.warm-up + training.decay", "at most 1", shares);
    }
}
