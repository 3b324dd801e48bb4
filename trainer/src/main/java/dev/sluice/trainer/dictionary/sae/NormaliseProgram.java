package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.Rows;

/** Calls {@code normalise.ts}: normalisations by which each row has a scale of its own. */
final class NormaliseProgram implements AutoCloseable {
    private static final double EPSILON = 1e-5;

    private final TorchProgram program;

    NormaliseProgram(NDManager manager) {
        this.program = TorchProgram.load(manager, NormaliseProgram.class, "normalise.ts");
    }

    /** Each row less its mean, divided by its unbiased standard deviation. */
    InputScale.Normalised layerNorm(NDArray x) {
        NDList made = program.call("layer_norm", x, EPSILON);
        return new InputScale.Normalised(made.get(0), made.get(1), made.get(2));
    }

    /** Each row at norm √d. */
    InputScale.Normalised constantNorm(NDArray x) {
        NDList made =
                program.call("constant_norm", x, Math.sqrt((double) x.getShape().get(1)), Rows.LEAST_NORM);
        return new InputScale.Normalised(made.get(0), made.get(1), null);
    }

    @Override
    public void close() {
        program.close();
    }
}
