package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.dictionary.pca.RunningCovariance;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.CountedActivations;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.relu.DenseSae;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.dictionary.sae.relu.GatedSae;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluKind.JumpRelu;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluSae;
import dev.sluice.trainer.dictionary.sae.relu.PAnnealKind.PAnneal;
import dev.sluice.trainer.dictionary.sae.relu.PAnnealSae;
import dev.sluice.trainer.dictionary.sae.relu.SparseWays;
import dev.sluice.trainer.dictionary.sae.relu.StandardSae;
import dev.sluice.trainer.dictionary.sae.relu.SwitchingSae;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.kernel.Scope;
import dev.sluice.trainer.measure.BatchMoments;
import dev.sluice.trainer.measure.Scorer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * Times of one step of each kind beside the float32 product x Wᵀ + b of its size, taken in turn in the same run. Set
 * {@code THP_MEM_ALLOC_ENABLE=1 OMP_WAIT_POLICY=PASSIVE MKL_DYNAMIC=false OMP_DYNAMIC=false}, and what deploy/local/run
 * sets of malloc; arguments: names of kinds, all by default.
 */
public final class StepBenchmark {
    private static final int REPEATS = 15;
    private static final int WIDTH = 512;
    private static final int LATENTS = 16_384;
    private static final int[] SPARSE_L0 = {64, 100, 250};
    private static final String PRODUCT = """
            def product(self, x: Tensor, w: Tensor, b: Tensor, z: Tensor) -> int:
                _0 = torch.addmm(b, x, torch.t(w), out=z)
                return 0

            def gram(self, s: Tensor, x: Tensor) -> int:
                _0 = torch.addmm(s, torch.t(x), x, out=s)
                return 0
            """;

    private final NDManager manager;
    private final int width;
    private final int rows;
    private final TorchProgram product;

    private StepBenchmark(NDManager manager, int width, int rows) {
        this.manager = manager;
        this.width = width;
        this.rows = rows;
        this.product = TorchProgram.of(manager, "product", PRODUCT);
    }

    public static void main(String[] names) {
        try (Torch torch = Torch.start()) {
            print("%d threads on %s", torch.threads(), torch.device());
            StepBenchmark benchmark = new StepBenchmark(torch.manager(), WIDTH, 4096);
            benchmark.run("topk", 16_384, Specs.topK(16_384, 32), names);
            benchmark.run("topk-float32", 16_384, Specs.topK(16_384, 32, 0, TopK.FLOAT32), names);
            benchmark.run("topk-aux", 16_384, Specs.topKWithAux(16_384, 32, AuxK.SAELENS, 1), names);
            benchmark.run("batch-topk", 16_384, Specs.batchTopK(16_384, 32), names);
            benchmark.run("matryoshka", 16_384, Specs.matryoshka(16_384, 32), names);
            benchmark.run("jump-relu", 16_384, Specs.jumpRelu(16_384, JumpReluSae.L0), names);
            benchmark.run("gated", 16_384, new Gated(16_384, 1, 0, SaeRules.UNIT), names);
            benchmark.run("standard", 16_384, Specs.standard(16_384), names);
            benchmark.run("p-anneal", 16_384, Specs.pAnneal(16_384, 0), names);
            benchmark.runSparse("jump-relu", Parameters.ENCODER_BIAS, names, StepBenchmark::jumpRelu);
            benchmark.runSparse("gated", GatedSae.GATE_BIAS, names, StepBenchmark::gated);
            benchmark.runSparse("standard", Parameters.ENCODER_BIAS, names, StepBenchmark::standard);
            benchmark.runSparse("p-anneal", Parameters.ENCODER_BIAS, names, StepBenchmark::pAnneal);
            benchmark.run("kmeans", 16_384, new KMeans(16_384, 16_384), names);
            benchmark.run("kmeans-isotropic", 50_304, new KMeans(50_304, 50_304), names);
            benchmark.run("pca", 512, pca(List.of(32), List.of(32)), names);
            benchmark.run("pca-fixed", 512, pca(List.of(32), List.of()), names);
            benchmark.runOnTokens("kmeans-vocabulary", 50_304, names);
            benchmark.runOnTokens("kmeans-16384-tokens", 16_384, names);
            benchmark.runOnTokens("kmeans-8192-tokens", 8_192, names);
            benchmark.covariance(names);
            StepBenchmark sample = new StepBenchmark(torch.manager(), 128, 1024);
            sample.run("sample-topk", 1024, Specs.topK(1024, 16), names);
            sample.run("sample-batch-topk", 1024, Specs.batchTopK(1024, 16), names);
            sample.run("sample-standard", 1024, Specs.standard(1024), names);
            sample.run("sample-kmeans", 1024, new KMeans(1024, 0), names);
            sample.run("sample-pca", 128, new Pca(List.of(8, 16, 32), List.of(8, 16, 32)), names);
        }
    }

    /** With directions that are seldom new, as after many rows. */
    private static Pca pca(List<Integer> fixed, List<Integer> perToken) {
        return new Pca(fixed, perToken, Pca.EXACT, 0, 10);
    }

    private static DenseSae<?> jumpRelu(NDManager manager) {
        JumpRelu spec = JumpRelu.of(Map.of(
                "latents",
                LATENTS,
                "l0-coefficient",
                0.5,
                "l0-warm-up",
                0,
                "l0-target",
                8,
                "bandwidth",
                0.05,
                "initial-threshold",
                0.01,
                "dead-tokens",
                256));
        float[] thresholds = new float[LATENTS];
        Arrays.fill(thresholds, 0.01f);
        Parameters parameters = tied(manager).with(JumpReluSae.THRESHOLD, thresholds, new Shape(LATENTS));
        return new JumpReluSae(manager, parameters, spec, false);
    }

    private static DenseSae<?> gated(NDManager manager) {
        Parameters parameters = Initialisation.gated(manager, LATENTS, WIDTH, Initialisation.FREE_NORM, 1);
        return new GatedSae(manager, parameters, new Gated(LATENTS, 1, 0, SaeRules.FREE), false);
    }

    private static DenseSae<?> standard(NDManager manager) {
        return new StandardSae(manager, tied(manager), Specs.standard(LATENTS));
    }

    private static DenseSae<?> pAnneal(NDManager manager) {
        PAnneal spec = PAnneal.of(Map.of(
                "latents",
                LATENTS,
                "coefficient",
                0.5,
                "coefficient-warm-up",
                0,
                "anneal-start",
                0,
                "p-end",
                0.4,
                "steps",
                3,
                "decoder-norm",
                SaeRules.FREE));
        return new PAnnealSae(manager, tied(manager), spec);
    }

    private static Parameters tied(NDManager manager) {
        return Initialisation.tied(manager, LATENTS, WIDTH, Initialisation.FREE_NORM, 1);
    }

    /**
     * With a bias that lets about as many latents fire as the name says, and a rate that leaves it so: the first batch is
     * dense, the others go the sparse way.
     */
    private void runSparse(String kind, String bias, String[] names, Function<NDManager, DenseSae<?>> make) {
        for (int l0 : SPARSE_L0) {
            String name = kind + "-l0-" + l0;
            if (isWanted(name, names)) {
                try (NDManager own = manager.newSubManager()) {
                    IntFunction<Batch> batches = new Batches(own, rows, width, 2048, 24, 1)::get;
                    NDManager its = own.newSubManager();
                    DenseSae<?> sae = make.apply(its);
                    try (Learner learner = learner(its, sae)) {
                        learner.learn(batches.apply(0));
                        fit(learner, sae.parameters().get(bias), batches.apply(0), l0);
                        measure(name, LATENTS, own, learner, batches);
                    }
                }
            }
        }
    }

    private <A extends CountedActivations> Learner learner(NDManager own, DenseSae<A> sae) {
        SwitchingSae<A> switching = new SwitchingSae<>(sae, SparseWays.of(own, sae));
        return new SaeLearner<>(own, switching, Specs.training(rows, 1000, 1e-7), SaeRules.FREE, 0);
    }

    /** Halves an interval of biases. */
    private static void fit(Learner learner, NDArray bias, Batch batch, int l0) {
        float low = -2;
        float high = 0;
        for (int i = 0; i < 12; i++) {
            float middle = (low + high) / 2;
            float[] values = new float[(int) bias.size()];
            Arrays.fill(values, middle);
            bias.set(values);
            double[] active = new double[1];
            Scope.run(() -> learner.views().values().forEach(view -> {
                Reconstruction made = view.reconstruct(batch);
                active[0] = (double) made.codes().active() / batch.rows();
                made.reconstructed().close();
            }));
            if (active[0] > l0) {
                high = middle;
            } else {
                low = middle;
            }
        }
    }

    private static boolean isWanted(String name, String[] names) {
        return names.length == 0 || Arrays.asList(names).contains(name);
    }

    private void run(String name, int columns, DictionarySpec dictionary, String[] names) {
        if (isWanted(name, names)) {
            run(name, columns, dictionary, own -> new Batches(own, rows, width, 2048, 24, 1)::get);
        }
    }

    /** K-means with a centre for each token. */
    private void runOnTokens(String name, int vocabulary, String[] names) {
        if (isWanted(name, names)) {
            String seeding = KMeans.TOKEN_MEANS;
            DictionarySpec dictionary = new KMeans(vocabulary, vocabulary, seeding, 0, 0);
            run(name, vocabulary, dictionary, own -> new TokenRows(own, rows, width, vocabulary, 1)::get);
        }
    }

    /** The update of PCA alone. */
    private void covariance(String[] names) {
        if (!isWanted("pca-update", names)) {
            return;
        }
        try (NDManager own = manager.newSubManager();
                RunningCovariance covariance = new RunningCovariance(own, width)) {
            NDArray x = new Batches(own, rows, width, 2048, 24, 1).get(0).x();
            NDArray wide = x.toType(DataType.FLOAT64, true);
            NDArray sum = own.zeros(new Shape(width, width), DataType.FLOAT64);
            double[] products = new double[REPEATS];
            double[] steps = new double[REPEATS];
            for (int i = 0; i < REPEATS; i++) {
                products[i] = millis(n -> product.call("gram", sum, wide), i);
                steps[i] = millis(n -> covariance.add(x), i);
            }
            report("pca-update", products, steps, new double[REPEATS]);
        }
    }

    private void run(
            String name, int columns, DictionarySpec dictionary, Function<NDManager, IntFunction<Batch>> rows) {
        VariantSpec spec = Specs.variant(dictionary, Specs.training(this.rows, 1000, 1e-3));
        try (NDManager own = manager.newSubManager();
                Learner learner = Kind.of(spec).create(spec, width, own)) {
            measure(name, columns, own, learner, rows.apply(own));
        }
    }

    private void measure(String name, int columns, NDManager own, Learner learner, IntFunction<Batch> batches) {
        int first = warmUp(learner, batches);
        Batch[] inputs = {batches.apply(first), batches.apply(first + 1), batches.apply(first + 2)};
        BatchMoments moments = BatchMoments.of(inputs[0]);
        NDArray w = own.randomNormal(new Shape(columns, width));
        NDArray b = own.zeros(new Shape(columns));
        NDArray z = own.zeros(new Shape(rows, columns));
        double[] products = new double[REPEATS];
        double[] steps = new double[REPEATS];
        double[] scores = new double[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            int number = i;
            products[i] = millis(n -> product.call("product", inputs[n % 3].x(), w, b, z), i);
            double[] score = new double[1];
            steps[i] = millis(n -> score[0] = learn(learner, inputs[n % 3], moments), number) - score[0];
            scores[i] = score[0];
        }
        report(name, products, steps, scores);
    }

    /** Until the first batches, which some kinds only gather, are over; the number of the next batch. */
    private static int warmUp(Learner learner, IntFunction<Batch> batches) {
        boolean started = false;
        int number = 0;
        while (number < 50 && !(started && number > 2)) {
            started = true;
            Batch batch = batches.apply(number++);
            for (Reconstruction r : learner.learn(batch).values()) {
                started &= r.codes().active() > 0;
                r.reconstructed().close();
            }
            batch.x().close();
        }
        return number;
    }

    /** One step; returns the milliseconds of scoring it. */
    private static double learn(Learner learner, Batch batch, BatchMoments moments) {
        double[] scoring = new double[1];
        for (Reconstruction r : learner.learn(batch).values()) {
            scoring[0] += millis(n -> Scorer.score(moments, r), 0);
            r.reconstructed().close();
        }
        return scoring[0];
    }

    private static double millis(IntConsumer work, int number) {
        long start = System.nanoTime();
        Scope.run(() -> work.accept(number));
        return (System.nanoTime() - start) / 1e6;
    }

    private void report(String name, double[] products, double[] steps, double[] scores) {
        double[] ratios = new double[REPEATS];
        Arrays.setAll(ratios, i -> steps[i] / products[i]);
        print(
                "%-18s product %7.1f ms, step %7.1f ms (best %.1f), ratio %.2f (best %.2f), %.0f tokens/s, scoring %.1f ms",
                name,
                median(products),
                median(steps),
                Arrays.stream(steps).min().orElseThrow(),
                median(ratios),
                Arrays.stream(ratios).min().orElseThrow(),
                1000 * rows / median(steps),
                median(scores));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
