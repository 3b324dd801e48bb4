package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.Scope;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.Arrays;

/** The nearest centre by torch's product with all of them: 2 K d flop a row, one block of rows x K at a time. */
final class WholeProduct implements Nearest {
    private final TorchProgram program;
    private final NDArray centres;
    private final NDArray halves;
    private final NDArray buffer;

    /**
     * @param centres float32 [K in whole groups, d]
     * @param halves ‖c‖² / 2, infinite for rows that are no centre
     */
    WholeProduct(NDManager manager, NDArray centres, NDArray halves) {
        this.program = TorchProgram.load(manager, WholeProduct.class, "kmeans.ts");
        this.centres = centres;
        this.halves = halves;
        try (Scope scope = new Scope()) {
            int padded = (int) centres.getShape().get(0);
            buffer = scope.keep(TopKSelection.buffer(manager, padded), manager);
        }
    }

    @Override
    public int[] of(NDArray x) {
        return Scope.get(() -> {
            NDArray labels = program.callForOne("assign", StableProduct.padded(x), centres, halves, buffer);
            return toInts(labels.toLongArray(), (int) x.getShape().get(0));
        });
    }

    private static int[] toInts(long[] values, int length) {
        int[] ints = new int[length];
        Arrays.setAll(ints, i -> (int) values[i]);
        return ints;
    }

    @Override
    public void moved(int[] indices) {
        // It keeps nothing of them.
    }

    @Override
    public void close() {
        program.close();
    }
}
