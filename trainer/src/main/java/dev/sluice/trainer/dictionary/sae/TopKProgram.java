package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseCodes;

/** Calls {@code topk.ts}: what follows from selected pre-activations. */
final class TopKProgram implements AutoCloseable {
    private final TorchProgram program;

    TopKProgram(NDManager manager) {
        this.program = TorchProgram.load(manager, TopKProgram.class, "topk.ts");
    }

    /** The k largest of each row, by ascending latent. */
    SparseCodes largest(SparseCodes selected, int k) {
        NDList made = program.call("largest", selected.values(), selected.latents(), k);
        return new SparseCodes(made.get(1), made.get(0));
    }

    /** The codes, each divided by its latent's norm. */
    RaggedCodes unscaled(RaggedCodes codes, NDArray norms) {
        return codes.with(program.callForOne("unscaled", codes.values(), codes.latents(), norms));
    }

    RaggedCodes relu(RaggedCodes codes) {
        return codes.with(program.callForOne("relu", codes.values()));
    }

    /** 1 where a code is positive, else 0, [m]. */
    NDArray slopes(RaggedCodes codes) {
        return program.callForOne("slopes", codes.values());
    }

    @Override
    public void close() {
        program.close();
    }
}
