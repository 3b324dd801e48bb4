package dev.sluice.trainer.dictionary.pca;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.CsrCodes;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.RowChoice;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.kernel.Scope;
import dev.sluice.trainer.kernel.SparseCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PCA of all rows seen, through many views: x̂ = μ + Σ_j c_j v_j with c = V (x - μ), over the first k directions or over
 * the k coefficients of largest magnitude of each row. Codes are signed. Before there are directions: the mean, without
 * codes.
 */
final class PcaLearner implements Learner {
    private final NDManager manager;
    private final int width;
    private final PrincipalDirections state;
    private final Projection projection;
    private final RowChoice choice;
    private final TorchProgram program;
    private final SparseProducts products;
    private final int needed;
    private final List<View> views = new ArrayList<>();

    /**
     * @param manager closed with the learner
     * @param state closed with the learner
     * @param choice of the rows to learn from
     * @param refresh share of the rows seen that must follow before directions are computed anew
     */
    PcaLearner(NDManager manager, PrincipalDirections state, Pca spec, RowChoice choice, double refresh, int width) {
        this.manager = manager;
        this.width = width;
        this.state = state;
        this.choice = choice;
        this.projection = new Projection(manager, state, refresh);
        this.program = TorchProgram.load(manager, PcaLearner.class, "pca.ts");
        this.products = new SparseProducts(manager);
        this.needed = needed(spec, state.count());
        spec.fixed().forEach(k -> views.add(new View(first(k), k, false)));
        spec.perToken().forEach(k -> views.add(new View(perToken(k), k, true)));
    }

    /** Name of the view through the k leading directions. */
    static String first(int k) {
        return "first-" + k;
    }

    /** Name of the view through the k largest coefficients of each token. */
    static String perToken(int k) {
        return "per-token-" + k;
    }

    private static int needed(Pca spec, int count) {
        int fixed = spec.fixed().stream().mapToInt(k -> k).max().orElse(0);
        return spec.perToken().isEmpty() ? Math.min(count, Math.max(fixed, StableProduct.LEAST_ROWS)) : count;
    }

    @Override
    public Map<String, Reconstruction> learn(Batch batch) {
        Map<String, Reconstruction> before = new LinkedHashMap<>();
        try (Scope scope = new Scope()) {
            NDArray coefficients = projection.isReady() ? coefficients(batch.x()) : null;
            for (View view : views) {
                before.put(view.name, view.reconstruct(scope, coefficients, batch.rows()));
            }
        }
        Scope.run(() -> choice.learned(batch).ifPresent(rows -> state.add(rows.x())));
        return before;
    }

    /** c for every direction that a view looks at, [rows, at least 16 if there are so many], rows padded. */
    private NDArray coefficients(NDArray x) {
        return program.callForOne(
                "coefficients", StableProduct.padded(x), projection.mean(), projection.directions(), needed);
    }

    @Override
    public Map<String, Dictionary> views() {
        Map<String, Dictionary> byName = new LinkedHashMap<>();
        views.forEach(view -> byName.put(view.name, view));
        return byName;
    }

    @Override
    public void save(StateSink out) {
        state.save(out);
        projection.save(out);
    }

    void restore(StateSource saved) {
        state.restore(saved);
        projection.restore(saved);
    }

    @Override
    public void close() {
        projection.close();
        state.close();
        program.close();
        products.close();
        manager.close();
    }

    /** One way of reconstructing from the shared state. */
    private final class View implements Dictionary {
        private final String name;
        private final int k;
        private final boolean perToken;
        private final NDArray atomNorms;

        View(String name, int k, boolean perToken) {
            this.name = name;
            this.k = k;
            this.perToken = perToken;
            try (Scope scope = new Scope()) {
                atomNorms = scope.keep(manager.ones(new Shape(latents())), manager);
            }
        }

        private int latents() {
            return perToken ? state.count() : k;
        }

        @Override
        public Size size() {
            return new Size(latents(), width, (long) latents() * width + width);
        }

        @Override
        public Reconstruction reconstruct(Batch batch) {
            try (Scope scope = new Scope()) {
                return reconstruct(scope, projection.isReady() ? coefficients(batch.x()) : null, batch.rows());
            }
        }

        /** @param coefficients null before there are directions */
        Reconstruction reconstruct(Scope scope, @Nullable NDArray coefficients, int rows) {
            if (coefficients == null) {
                NDArray mean = projection.meanOfRows().reshape(1, width);
                NDArray repeated = scope.keep(mean.repeat(0, rows), manager);
                return new Reconstruction(CsrCodes.none(rows), atomNorms, repeated, Map.of());
            }
            SparseCodes codes = perToken ? largest(coefficients) : first(coefficients);
            NDArray all = decode(coefficients, codes);
            NDArray reconstructed = all.getShape().get(0) == rows
                    ? all
                    : all.get(new NDIndex(":{}", rows)).duplicate();
            return new Reconstruction(
                    CsrCodes.of(codes, rows), atomNorms, scope.keep(reconstructed, manager), Map.of());
        }

        private SparseCodes largest(NDArray coefficients) {
            NDList found = program.call("largest", coefficients, k);
            return new SparseCodes(found.get(0), found.get(1));
        }

        private SparseCodes first(NDArray coefficients) {
            NDArray latents = manager.arange(0, k, 1, DataType.INT64)
                    .reshape(1, k)
                    .repeat(0, coefficients.getShape().get(0));
            return new SparseCodes(latents, coefficients.get(new NDIndex(":, :{}", k)));
        }

        private NDArray decode(NDArray coefficients, SparseCodes codes) {
            return perToken
                    ? products.decode(projection.directions(), products.ragged(codes))
                            .add(projection.mean())
                    : program.callForOne("by_first", coefficients, projection.directions(), projection.mean(), k);
        }

        @Override
        public NDArray atoms() {
            try (Scope scope = new Scope()) {
                NDArray directions = projection.isReady()
                        ? projection
                                .directions()
                                .get(new NDIndex(":{}", latents()))
                                .duplicate()
                        : manager.zeros(new Shape(latents(), width));
                return scope.keep(directions, manager);
            }
        }

        @Override
        public void close() {
            // The state is the learner's.
        }
    }
}
