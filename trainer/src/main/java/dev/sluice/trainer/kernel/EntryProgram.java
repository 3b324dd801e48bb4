package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;

/** Calls {@code entries.ts}: entries of (x Wᵀ + b) n at listed places, each by an inner product of its own. */
final class EntryProgram implements AutoCloseable {
    private final TorchProgram program;

    EntryProgram(NDManager manager) {
        this.program = TorchProgram.load(manager, EntryProgram.class, "entries.ts");
    }

    /** The entries at all places, float32 [places], in the order of the places. */
    float[] computed(NDArray x, Encoder encoder, Places places) {
        NDManager scope = x.getManager();
        try (NDArray rows = places.rows(scope);
                NDArray latents = places.latents(scope);
                NDArray made = program.callForOne(
                        "computed", x, encoder.weights(), encoder.bias(), encoder.factors(), rows, latents)) {
            return made.toFloatArray();
        }
    }

    /** Those of the places, row by row, whose value is positive and at least {@code low}. */
    SparseProducts.Entries reaching(NDArray x, Encoder encoder, Places places, float low) {
        NDManager scope = x.getManager();
        try (NDArray rows = places.rows(scope);
                NDArray latents = places.latents(scope)) {
            NDList made = program.call(
                    "entries", x, encoder.weights(), encoder.bias(), encoder.factors(), rows, latents, (double) low);
            return new SparseProducts.Entries(
                    made.get(0), made.get(1), made.get(2), (int) x.getShape().get(0));
        }
    }

    /** Codes of lists of entries that follow each other; one of value 0 if there are none. */
    RaggedCodes codes(NDList rows, NDList latents, NDList values, int rowCount) {
        return RaggedCodes.of(program.call("codes", rows, latents, values, rowCount));
    }

    @Override
    public void close() {
        program.close();
    }
}
