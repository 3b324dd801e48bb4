package dev.sluice.trainer.rest;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.DictionaryTypes;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kind that only tests know, and that never learns. */
public class MirrorKind implements Kind {
    private static final Descriptor<Mirror> DESCRIPTOR = Descriptor.of(
                    "mirror", Mirror.class, new Descriptor.Title("baseline", "Mirror", "what it sees"))
            .with(
                    Key.integer("latents", 64).atLeast(1).letter("n").inForm().text("number of mirrors"),
                    Key.integer("k", 4).atLeast(1).notAbove("latents").text("mirrors of each token"),
                    Key.share("gloss-share", 0.5)
                            .below(1)
                            .letter("g")
                            .unit("of the light")
                            .text("what comes back"),
                    Key.word("glass", "plain", "frosted", "plain").text("what is before it"),
                    Key.integers("angles", List.of()).text("of the mirrors"))
            .withTraining("learning-rate", 3e-3);

    record Mirror(int latents, int k, double glossShare, String glass, List<Integer> angles) implements DictionarySpec {
        @Override
        public String kind() {
            return "mirror";
        }
    }

    /** Found by its name in META-INF/services. */
    public static final class Types implements DictionaryTypes {
        @Override
        public @Nullable Class<? extends DictionarySpec> of(String kind) {
            return kind.equals("mirror") ? Mirror.class : null;
        }
    }

    @Override
    public Descriptor<Mirror> descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void check(Violations violations, VariantSpec spec, int width) {
        Mirror mirror = (Mirror) spec.dictionary();
        violations.require(
                mirror.angles().size() <= mirror.latents(),
                "dictionary.angles",
                "at most dictionary.latents " + mirror.latents(),
                mirror.angles().size());
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        return new Cost(0, 0, 0, 0);
    }

    @Override
    public Learner create(VariantSpec spec, int width, NDManager manager) {
        throw new UnsupportedOperationException("a mirror does not learn");
    }

    @Override
    public Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        throw new UnsupportedOperationException("a mirror does not learn");
    }
}
