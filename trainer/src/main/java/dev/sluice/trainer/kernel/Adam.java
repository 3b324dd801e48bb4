package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.contract.AdamSpec;
import java.util.List;

/**
 * Adam by torch's fused kernel.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba 2015</a>
 */
public final class Adam implements AutoCloseable {
    private final AdamSpec spec;
    private final TorchProgram program;
    private final NDManager manager;
    private final NDList parameters;
    private final NDList first = new NDList();
    private final NDList second = new NDList();
    private final NDList steps = new NDList();
    private final NDArray stepNumber;
    private final NDArray gradientScale;
    private long step;

    /** @param parameters float32, updated in place; they stay the caller's */
    public Adam(NDManager parent, List<NDArray> parameters, AdamSpec spec) {
        this.spec = spec;
        this.manager = parent.newSubManager();
        this.program = TorchProgram.load(manager, Adam.class, "adam.ts");
        this.parameters = new NDList(parameters);
        try (Scope scope = new Scope()) {
            stepNumber = scope.keep(manager.zeros(new Shape()), manager);
            gradientScale = scope.keep(manager.ones(new Shape()), manager);
            for (NDArray parameter : parameters) {
                first.add(scope.keep(manager.zeros(parameter.getShape()), manager));
                second.add(scope.keep(manager.zeros(parameter.getShape()), manager));
                steps.add(stepNumber);
            }
        }
    }

    /**
     * One update.
     *
     * @param gradients in the order of the parameters; divided by {@code scale} in place
     * @param rate learning rate
     */
    public void step(List<NDArray> gradients, double rate, double scale) {
        step++;
        stepNumber.set(new float[] {step});
        gradientScale.set(new float[] {(float) scale});
        program.call(
                "step",
                parameters,
                new NDList(gradients),
                first,
                second,
                steps,
                gradientScale,
                rate,
                spec.beta1(),
                spec.beta2(),
                spec.epsilon(),
                spec.weightDecay());
    }

    /** Updates so far. */
    public long steps() {
        return step;
    }

    /** The running means of gradients, in the order of the parameters; owned here. */
    public List<NDArray> firstMoments() {
        return List.copyOf(first);
    }

    /** The running means of squared gradients. */
    public List<NDArray> secondMoments() {
        return List.copyOf(second);
    }

    /** Goes on from a saved state; the moments are copied. */
    public void restore(long savedSteps, List<NDArray> savedFirst, List<NDArray> savedSecond) {
        step = savedSteps;
        for (int i = 0; i < first.size(); i++) {
            savedFirst.get(i).copyTo(first.get(i));
            savedSecond.get(i).copyTo(second.get(i));
        }
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
