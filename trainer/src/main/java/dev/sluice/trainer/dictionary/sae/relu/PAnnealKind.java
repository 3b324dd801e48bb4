package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.Map;
import java.util.Optional;

/** ReLU SAEs whose penalty is annealed from L1 to a smaller power. */
public final class PAnnealKind extends PenalisedKind<PAnnealKind.PAnneal> {
    /**
     * ReLU SAE whose penalty is annealed from L1 to a smaller power p (Karvonen et al. 2024).
     *
     * @param latents n
     * @param coefficient α at p = 1, in the units of the normalised input
     * @param coefficientWarmUp share of training tokens over which it rises linearly from 0
     * @param annealStart share of training tokens after which p falls
     * @param pEnd what it falls to
     * @param steps in which it falls
     * @param decoderNorm {@code free} (the penalty weighs latents by their decoder norm) or {@code unit}
     * @param resampleTokens as of {@link StandardKind.Standard}
     */
    public record PAnneal(
            int latents,
            double coefficient,
            double coefficientWarmUp,
            double annealStart,
            double pEnd,
            int steps,
            String decoderNorm,
            long resampleTokens)
            implements DictionarySpec, PenalisedKind.Spec {
        /** With these values by key, and the defaults of the other keys. */
        public static PAnneal of(Map<String, Object> values) {
            return new PAnnealKind().descriptor().spec(values);
        }

        @Override
        public String kind() {
            return "p-anneal";
        }
    }

    /** (Σ f^p)^{1/p} of thousands of codes leaves float32 below it. */
    private static final double LEAST_P = 0.1;

    private static final int MOST_STEPS = 1_000_000;

    public PAnnealKind() {
        super(Descriptor.of(
                        "p-anneal",
                        PAnneal.class,
                        SaeKeys.title("p-anneal", "ReLU, its penalty annealed from L1 towards L0"))
                .with(
                        SaeKeys.latents(),
                        Key.number("coefficient", 3)
                                .letter("c")
                                .inForm()
                                .text("weight of the penalty at p = 1, in the units of the normalised input"),
                        SaeKeys.warmUp("coefficient-warm-up", 0.05),
                        Key.share("anneal-start", 0.25)
                                .unit("of training.tokens")
                                .text("p is 1 until then"),
                        Key.share("p-end", 0.2).atLeast(LEAST_P).text("power that p falls to"),
                        Key.integer("steps", 10).atLeast(1).atMost(MOST_STEPS).text("steps in which p falls"),
                        SaeKeys.decoderNorm(SaeRules.UNIT),
                        SaeKeys.resampleTokens()));
    }

    @Override
    public Optional<Inference> inference(PAnneal spec, TrainingSpec training, StateSource state) {
        return Optional.of(Inference.of(SaeWeights.Architecture.STANDARD, Map.of()));
    }

    @Override
    SwitchingSae<StandardSae.Dense> sae(NDManager manager, Parameters parameters, PAnneal spec) {
        PAnnealSae sae = new PAnnealSae(manager, parameters, spec);
        return new SwitchingSae<>(sae, new PAnnealSae.Sparse(manager, sae));
    }
}
